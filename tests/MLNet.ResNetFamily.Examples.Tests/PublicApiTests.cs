using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>
/// The public API is held in <c>PublicApi.txt</c>, so that it changes only on purpose. With the environment variable
/// <c>ACCEPT_PUBLIC_API=1</c> the test writes the file; its change is then reviewed like any other.
/// </summary>
[TestClass]
public class PublicApiTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(byte)] = "byte",
        [typeof(int)] = "int", [typeof(long)] = "long", [typeof(float)] = "float", [typeof(double)] = "double", [typeof(uint)] = "uint", [typeof(ulong)] = "ulong",
    };

    [TestMethod]
    public void ItIsAsReviewed()
    {
        var path = RepositoryFolder.File("tests", "MLNet.ResNetFamily.Examples.Tests", "PublicApi.txt");
        var found = Lines().ToList();
        if (Environment.GetEnvironmentVariable("ACCEPT_PUBLIC_API") == "1")
            File.WriteAllText(path, string.Join('\n', found) + '\n');

        var reviewed = File.ReadAllLines(path);

        var changes = reviewed.Except(found).Select(line => "- " + line).Concat(found.Except(reviewed).Select(line => "+ " + line)).ToList();
        Assert.IsEmpty(changes,
            $"The public API has changed:\n{string.Join('\n', changes)}\nIf it is meant, run\n" +
            "    ACCEPT_PUBLIC_API=1 ./build.sh test 'FullyQualifiedName~PublicApiTests'\nand review the change of PublicApi.txt.");
    }

    // The compiler marks constructors of types with required members so, for old compilers.
    [TestMethod]
    public void NothingObsoleteIsLeft()
    {
        var obsolete = typeof(Backbones).Assembly.GetTypes().SelectMany(type => type.GetMembers(Declared).Append(type))
            .Where(member => member.IsDefined(typeof(ObsoleteAttribute), inherit: false) && !member.IsDefined(typeof(CompilerFeatureRequiredAttribute), inherit: false))
            .Select(member => $"{member.DeclaringType}.{member.Name}").ToList();

        Assert.IsEmpty(obsolete, string.Join('\n', obsolete));
    }

    private static IEnumerable<string> Lines() =>
        typeof(Backbones).Assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal).SelectMany(type => Members(type).Prepend(Header(type)));

    private static string Header(Type type)
    {
        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsValueType: true } => "struct",
            { IsInterface: true } => "interface",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        // What a base class brings along belongs to it, and every record is equatable.
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var interfaces = type.GetInterfaces().Where(i => i.IsVisible && !type.IsEnum && !inherited.Contains(i) && !i.Name.StartsWith("IEquatable", StringComparison.Ordinal));
        var bases = new[] { type.BaseType }.OfType<Type>().Where(b => b != typeof(object) && b != typeof(Enum) && b != typeof(ValueType)).Concat(interfaces.OrderBy(Name, StringComparer.Ordinal));
        return $"{kind} {type.FullName}{string.Concat(bases.Select((b, i) => (i == 0 ? " : " : ", ") + Name(b)))}";
    }

    // What records and enumerations bring along by themselves is left out.
    private static IEnumerable<string> Members(Type type) =>
        type.GetMembers(Declared)
            .Where(member => !member.IsDefined(typeof(CompilerGeneratedAttribute)) && !(type.IsEnum && member.Name == "value__"))
            .Select(member => Text(type, member)).OfType<string>().Order(StringComparer.Ordinal).Select(text => "    " + text);

    private static string? Text(Type type, MemberInfo member) => member switch
    {
        FieldInfo { IsLiteral: true } field when IsVisible(field) => $"{(type.IsEnum ? "" : "const ")}{field.Name} = {field.GetRawConstantValue()}",
        FieldInfo field when IsVisible(field) => $"{(field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}",
        ConstructorInfo constructor when IsVisible(constructor) => $"new({Parameters(constructor)})",
        PropertyInfo property when Accessors(property) is { Length: > 0 } accessors => $"{Modifiers(property.GetAccessors(nonPublic: true)[0])}{Name(property.PropertyType)} {property.Name}{Index(property)} {{ {accessors}}}",
        MethodInfo { IsSpecialName: false } method when IsVisible(method) => $"{Modifiers(method)}{Name(method.ReturnType)} {method.Name}{Generics(method)}({Parameters(method)})",
        EventInfo happening when IsVisible(happening.AddMethod!) => $"event {Name(happening.EventHandlerType!)} {happening.Name}",
        _ => null,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsVisible(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;

    private static string Modifiers(MethodInfo method) =>
        method.IsStatic ? "static " : method.IsAbstract ? "abstract " : method.IsVirtual && !method.IsFinal ? method.GetBaseDefinition() == method ? "virtual " : "override " : "";

    private static string Accessors(PropertyInfo property)
    {
        var text = new StringBuilder();
        if (property.GetMethod is { } get && IsVisible(get))
            text.Append("get; ");
        if (property.SetMethod is { } set && IsVisible(set))
            text.Append(set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init; " : "set; ");
        return text.ToString();
    }

    private static string Index(PropertyInfo property) =>
        property.GetIndexParameters() is { Length: > 0 } parameters ? $"[{string.Join(", ", parameters.Select(p => $"{Name(p.ParameterType)} {p.Name}"))}]" : "";

    private static string Generics(MethodInfo method) => method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{(parameter.Position == 0 && method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "")}{(parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "")}" +
        $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {Default(parameter)}" : "")}"));

    private static string Default(ParameterInfo parameter) => parameter.DefaultValue switch
    {
        null => parameter.ParameterType.IsValueType ? "default" : "null",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        var value => FormattableString.Invariant($"{value}"),
    };

    private static string Name(Type type)
    {
        if (Keywords.TryGetValue(type, out var keyword))
            return keyword;
        if (type.IsByRef)
            return Name(type.GetElementType()!);
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying) + "?";
        var name = type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{type.Name}" : type.Name;
        return type.IsGenericType && name.Contains('`') ? $"{name[..name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }
}
