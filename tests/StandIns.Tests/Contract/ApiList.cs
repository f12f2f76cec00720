using System.Text;
using System.Text.RegularExpressions;

namespace MLNet.ResNetFamily.StandIns.Tests;

/// <summary>
/// The public signatures of one genuine assembly, read from a list with one member a line, in the canonical form of <see cref="MemberReferences"/>:
/// <c>Type::Name(parameters) -> result</c>, generic parameters as <c>!0</c> (of the type) and <c>!!0</c> (of the method).
/// </summary>
internal sealed class ApiList
{
    private static readonly Dictionary<string, string> Keywords = new()
    {
        ["bool"] = "System.Boolean", ["byte"] = "System.Byte", ["sbyte"] = "System.SByte", ["short"] = "System.Int16",
        ["ushort"] = "System.UInt16", ["int"] = "System.Int32", ["uint"] = "System.UInt32", ["long"] = "System.Int64",
        ["ulong"] = "System.UInt64", ["float"] = "System.Single", ["double"] = "System.Double", ["char"] = "System.Char",
        ["string"] = "System.String", ["object"] = "System.Object", ["void"] = "System.Void", ["nint"] = "System.IntPtr",
        ["nuint"] = "System.UIntPtr",
    };

    public HashSet<string> Types { get; } = [];

    public HashSet<string> Members { get; } = [];

    public static ApiList Read(string path)
    {
        var list = new ApiList();
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 2 && line[1] == ':'))
        {
            if (Regex.Match(line, @"^T:(.*?) \[kind: delegate\] (\(.*)$") is { Success: true } found)
            {
                list.AddDelegate(found.Groups[1].Value, found.Groups[2].Value);
                continue;
            }

            list.Add(line[0], Regex.Replace(line[2..], @" \[(kind: )?[a-z, -]+\]$", ""));
        }

        return list;
    }

    private void Add(char kind, string text)
    {
        if (kind == 'T')
        {
            Types.Add(Split(text).Owner);
            return;
        }

        var (path, rest) = (text[..PathLength(text, kind)], text[PathLength(text, kind)..]);
        var dot = LastDot(path);
        var (owner, typeParameters) = Split(path[..dot]);
        var member = path[(dot + 1)..];
        switch (kind)
        {
            case 'M': AddMethod(owner, typeParameters, member, rest); break;
            case 'P': AddProperty(owner, typeParameters, member, rest); break;
            case 'E': AddEvent(owner, typeParameters, member, rest); break;
            case 'F': AddField(owner, typeParameters, member, rest); break;
        }
    }

    private void AddDelegate(string type, string signature)
    {
        var (owner, typeParameters) = Split(type);
        Types.Add(owner);
        Members.Add($"{owner}::.ctor(System.Object, System.IntPtr) -> System.Void");
        AddMethod(owner, typeParameters, "Invoke", signature);
    }

    private void AddMethod(string owner, List<string> typeParameters, string member, string rest)
    {
        var name = member;
        var methodParameters = new List<string>();
        if (member.IndexOf('<') is var open and >= 0)
        {
            name = member[..open];
            methodParameters = SplitTop(member[(open + 1)..^1]);
        }

        var close = MatchingClose(rest, 0);
        var result = rest.IndexOf(" -> ", close, StringComparison.Ordinal) is var arrow and >= 0 ? rest[(arrow + 4)..] : "void";
        result = Regex.Replace(result, " where .*$", "");
        var parameters = SplitTop(rest[1..close]).Select(p => Parameter(p, typeParameters, methodParameters));
        Members.Add($"{owner}::{name.Replace("#ctor", ".ctor")}({string.Join(", ", parameters)}) -> {Result(result, typeParameters, methodParameters)}");
    }

    private void AddProperty(string owner, List<string> typeParameters, string member, string rest)
    {
        var indices = new List<string>();
        string[] names = [member];
        if (member == "this")
        {
            // TorchSharp names its indexers with [IndexerName]: TensorItems, SequentialItems.
            names = ["Item", $"{owner.Split('`')[0].Split('.')[^1]}Items"];
            var close = MatchingClose(rest, 0);
            indices = SplitTop(rest[1..close]).Select(p => Parameter(p, typeParameters, [])).ToList();
            rest = rest[(close + 1)..];
        }

        var type = Result(rest[(rest.IndexOf("-> ", StringComparison.Ordinal) + 3)..], typeParameters, []);
        foreach (var name in names)
        {
            Members.Add($"{owner}::get_{name}({string.Join(", ", indices)}) -> {type}");
            if (rest.Contains("set;"))
            {
                Members.Add($"{owner}::set_{name}({string.Join(", ", indices.Append(type))}) -> System.Void");
            }
        }
    }

    private void AddEvent(string owner, List<string> typeParameters, string member, string rest)
    {
        var type = Canonical(rest[4..], typeParameters, []);
        Members.Add($"{owner}::add_{member}({type}) -> System.Void");
        Members.Add($"{owner}::remove_{member}({type}) -> System.Void");
    }

    private void AddField(string owner, List<string> typeParameters, string member, string rest)
    {
        if (rest.StartsWith(" -> ", StringComparison.Ordinal))
        {
            Members.Add($"{owner}::{member} -> {Canonical(Regex.Replace(rest[4..], " = .*$", ""), typeParameters, [])}");
        }
    }

    private static string Parameter(string text, List<string> typeParameters, List<string> methodParameters)
    {
        var declaration = text.Split(" = ")[0];
        var byReference = Regex.IsMatch(declaration, @"^(ref|out|in|ref readonly) ");
        declaration = Regex.Replace(declaration, @"^(this |params |ref readonly |ref |out |in )+", "");
        var type = declaration[..declaration.LastIndexOf(' ')];
        return Canonical(type, typeParameters, methodParameters) + (byReference ? "&" : "");
    }

    private static string Result(string text, List<string> typeParameters, List<string> methodParameters)
    {
        var byReference = text.StartsWith("ref ", StringComparison.Ordinal);
        return Canonical(Regex.Replace(text, "^ref (readonly )?", ""), typeParameters, methodParameters) + (byReference ? "&" : "");
    }

    private static string Canonical(string type, List<string> typeParameters, List<string> methodParameters)
    {
        type = type.Trim();
        if (type.EndsWith(']'))
        {
            var open = type.LastIndexOf('[');
            return Canonical(type[..open], typeParameters, methodParameters) + type[open..];
        }

        if (type.EndsWith('?'))
        {
            return $"System.Nullable<{Canonical(type[..^1], typeParameters, methodParameters)}>";
        }

        if (type.StartsWith('('))
        {
            return $"System.ValueTuple<{string.Join(", ", SplitTop(type[1..^1]).Select(t => Canonical(t, typeParameters, methodParameters)))}>";
        }

        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }

        if (methodParameters.IndexOf(type) is var m and >= 0)
        {
            return $"!!{m}";
        }

        if (typeParameters.IndexOf(type) is var t and >= 0)
        {
            return $"!{t}";
        }

        var (name, arguments) = Split(type);
        name = Regex.Replace(name, "`.*$", "");
        return arguments.Count == 0 ? name : $"{name}<{string.Join(", ", arguments.Select(a => Canonical(a, typeParameters, methodParameters)))}>";
    }

    // "A.B<T, U>.C" -> ("A.B.C`2", [T, U]); variance words are dropped.
    private static (string Owner, List<string> Arguments) Split(string path)
    {
        var name = new StringBuilder();
        var arguments = new List<string>();
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == ' ')
            {
                break;
            }

            if (path[i] != '<')
            {
                name.Append(path[i]);
                continue;
            }

            var close = MatchingClose(path, i);
            arguments.AddRange(SplitTop(path[(i + 1)..close]).Select(a => Regex.Replace(a, "^(in|out) ", "")));
            i = close;
        }

        return (arguments.Count == 0 ? name.ToString() : $"{name}`{arguments.Count}", arguments);
    }

    private static int PathLength(string text, char kind)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '<' => 1, '>' => -1, _ => 0 };
            if (depth == 0 && (text[i] is ' ' or '[' || (text[i] == '(' && kind == 'M')))
            {
                return i;
            }
        }

        return text.Length;
    }

    private static int LastDot(string path)
    {
        var (depth, last) = (0, -1);
        for (var i = 0; i < path.Length; i++)
        {
            depth += path[i] switch { '<' => 1, '>' => -1, _ => 0 };
            if (depth == 0 && path[i] == '.')
            {
                last = i;
            }
        }

        return last;
    }

    private static int MatchingClose(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            if (text[i] == '\'' && i + 2 < text.Length && text[i + 2] == '\'')
            {
                i += 2;
                continue;
            }

            depth += Nesting(text, i);
            if (depth == 0)
            {
                return i;
            }
        }

        throw new InvalidDataException($"'{text}' has no end to its bracket at {open}.");
    }

    private static int Nesting(string text, int i) => text[i] switch
    {
        '(' or '<' or '[' => 1,
        ')' or ']' => -1,
        '>' when i == 0 || text[i - 1] != '-' => -1,
        _ => 0,
    };

    private static List<string> SplitTop(string text)
    {
        var parts = new List<string>();
        var (depth, start) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += Nesting(text, i);
            if (depth == 0 && text[i] == ',')
            {
                parts.Add(text[start..i].Trim());
                start = i + 1;
            }
        }

        if (text[start..].Trim() is { Length: > 0 } last)
        {
            parts.Add(last);
        }

        return parts;
    }
}
