using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>The loadable classes of the assemblies registered so far. A saved model names the assembly of each of its loaders.</summary>
public sealed class ComponentCatalog
{
    private const BindingFlags AnyVisibility = BindingFlags.Public | BindingFlags.NonPublic;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _assemblies = [];
    private readonly Dictionary<(string Name, Type Signature), Loader> _loaders = [];

    internal ComponentCatalog()
    {
    }

    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        lock (_lock)
        {
            if (!_assemblies.Add(assembly.FullName))
                return;

            foreach (LoadableClassAttribute attribute in assembly.GetCustomAttributes(typeof(LoadableClassAttribute)))
                Add(attribute, throwOnError);
        }
    }

    /// <summary>Makes the instance that <paramref name="name"/> stands for, or returns false where nothing has this name.</summary>
    internal bool TryCreateInstance(IHostEnvironment env, Type signature, string name, object[] arguments, out object instance)
    {
        Loader loader;
        lock (_lock)
        {
            if (!_loaders.TryGetValue(KeyOf(name, signature), out loader))
            {
                instance = null;
                return false;
            }
        }

        instance = loader.Invoke(env, arguments);
        return true;
    }

    private static (string Name, Type Signature) KeyOf(string name, Type signature) => (name.ToLowerInvariant().Trim(), signature);

    private void Add(LoadableClassAttribute attribute, bool throwOnError)
    {
        var loader = Loader.FindOrNull(attribute);
        if (loader is null)
        {
            if (throwOnError)
                throw Contracts.Except($"Can't instantiate loadable class '{attribute.InstanceType.Name}' with name '{attribute.LoadNames[0]}'");
            return;
        }

        foreach (var name in attribute.LoadNames)
        {
            if (!_loaders.TryAdd(KeyOf(name, attribute.SignatureType), loader) && throwOnError)
            {
                throw Contracts.Except(
                    $"ComponentCatalog cannot map name '{name}' and SignatureType '{attribute.SignatureType}' to " +
                    $"{attribute.InstanceType.Name}, already mapped.");
            }
        }
    }

    /// <summary>A constructor or a static method Create, with or without a host environment as the first parameter.</summary>
    private sealed record Loader(MethodBase Method, bool TakesEnvironment)
    {
        public static Loader FindOrNull(LoadableClassAttribute attribute)
        {
            var plain = attribute.ParameterTypes;
            Type[] withEnvironment = [typeof(IHostEnvironment), .. plain];
            return Find(attribute, plain, false) ?? Find(attribute, withEnvironment, true);
        }

        public object Invoke(IHostEnvironment env, object[] arguments)
        {
            object[] all = TakesEnvironment ? [env, .. arguments] : arguments;
            try
            {
                return Method is ConstructorInfo constructor ? constructor.Invoke(all) : Method.Invoke(null, all);
            }
            catch (TargetInvocationException exception) when (exception.InnerException?.IsMarked() == true)
            {
                throw Contracts.Except("Error during class instantiation", exception);
            }
        }

        private static Loader Find(LoadableClassAttribute attribute, Type[] parameters, bool takesEnvironment)
        {
            var loader = attribute.LoaderType;
            var create = loader.GetMethod("Create", BindingFlags.Static | AnyVisibility, null, parameters, null);
            if (create is not null && create.ReturnType == attribute.InstanceType)
                return new Loader(create, takesEnvironment);

            var constructor = attribute.InstanceType.IsAssignableFrom(loader)
                ? loader.GetConstructor(BindingFlags.Instance | AnyVisibility, null, parameters, null)
                : null;
            return constructor is null ? null : new Loader(constructor, takesEnvironment);
        }
    }
}
