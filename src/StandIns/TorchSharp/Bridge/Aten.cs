using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace TorchSharp.Bridge;

/// <summary>
/// Calls ATen operators by the name and overload of their schema ("add.Tensor"). Arguments follow the schema's order, keyword-only
/// ones included; those left out at the end take the schema's defaults.
/// </summary>
internal static unsafe class Aten
{
    private const int InlineWords = 64;
    private static readonly ConcurrentDictionary<string, nint> Operators = new(StringComparer.Ordinal);

    /// <summary>The first result, a tensor.</summary>
    public static Tensor Call(string name, params ReadOnlySpan<Arg> arguments)
    {
        Value result = default;
        Invoke(name, arguments, new Span<Value>(ref result));
        return new Tensor(result.Pointer);
    }

    /// <summary>The first two results, both tensors.</summary>
    public static (Tensor, Tensor) CallForTwo(string name, params ReadOnlySpan<Arg> arguments)
    {
        Span<Value> results = stackalloc Value[2];
        Invoke(name, arguments, results);
        return (new Tensor(results[0].Pointer), new Tensor(results[1].Pointer));
    }

    /// <summary>The first result, a list of tensors.</summary>
    public static Tensor[] CallForList(string name, params ReadOnlySpan<Arg> arguments)
    {
        Value result = default;
        Invoke(name, arguments, new Span<Value>(ref result));
        return TakeTensors(result);
    }

    /// <summary>The first result, a bool, an integer or a real number.</summary>
    public static Value CallForValue(string name, params ReadOnlySpan<Arg> arguments)
    {
        Value result = default;
        Invoke(name, arguments, new Span<Value>(ref result));
        return result;
    }

    /// <summary>An operator that changes <paramref name="target"/>, its first argument, which is handed back.</summary>
    public static Tensor InPlace(string name, Tensor target, params ReadOnlySpan<Arg> rest)
    {
        Span<Arg> arguments = [target, default, default, default, default, default, default, default];
        rest.CopyTo(arguments[1..]);
        Invoke(name, arguments[..(rest.Length + 1)], []);
        return target;
    }

    /// <summary>For the effect alone.</summary>
    public static void Run(string name, params ReadOnlySpan<Arg> arguments) => Invoke(name, arguments, []);

    /// <summary>Wraps and frees a list that the bridge handed out.</summary>
    public static Tensor[] TakeTensors(Value list)
    {
        var tensors = new Tensor[list.Count];
        for (int i = 0; i < tensors.Length; i++)
            tensors[i] = new Tensor(((nint*)list.Pointer)[i]);
        Native.bridge_free((void*)list.Pointer);
        return tensors;
    }

    /// <summary>The value of an argument in native layout. Lists and texts go to <paramref name="scratch"/>, which moves on.</summary>
    public static Value ToNative(in Arg argument, ref long* scratch)
    {
        var value = new Value { Tag = argument.Tag, Integer = argument.Bits };
        switch (argument.Tag)
        {
            case Tag.Tensor:
                value.Pointer = ((Tensor)argument.Reference!).Handle;
                break;
            case Tag.Generator:
                value.Pointer = ((Generator)argument.Reference!).Handle;
                break;
            case Tag.IntList:
                var integers = (long[])argument.Reference!;
                integers.CopyTo(new Span<long>(scratch, integers.Length));
                (value.Count, value.Pointer) = (integers.Length, (nint)scratch);
                scratch += integers.Length;
                break;
            case Tag.DoubleList:
                var reals = (double[])argument.Reference!;
                reals.CopyTo(new Span<double>(scratch, reals.Length));
                (value.Count, value.Pointer) = (reals.Length, (nint)scratch);
                scratch += reals.Length;
                break;
            case Tag.TensorList:
                var tensors = (Tensor?[])argument.Reference!;
                for (int i = 0; i < tensors.Length; i++)
                    scratch[i] = tensors[i]?.Handle ?? 0;
                (value.Count, value.Pointer) = (tensors.Length, (nint)scratch);
                scratch += tensors.Length;
                break;
            case Tag.String:
                var text = (string)argument.Reference!;
                int bytes = Encoding.UTF8.GetBytes(text, new Span<byte>(scratch, Words(argument) * sizeof(long)));
                (value.Count, value.Pointer) = (bytes, (nint)scratch);
                scratch += Words(argument);
                break;
        }

        return value;
    }

    /// <summary>How many 8-byte words of scratch memory the argument needs.</summary>
    public static int Words(in Arg argument) => argument.Tag switch
    {
        Tag.IntList or Tag.DoubleList or Tag.TensorList => ((Array)argument.Reference!).Length,
        Tag.String => (Encoding.UTF8.GetMaxByteCount(((string)argument.Reference!).Length) / sizeof(long)) + 1,
        _ => 0,
    };

    private static void Invoke(string name, ReadOnlySpan<Arg> arguments, Span<Value> results)
    {
        if (!Operators.TryGetValue(name, out nint which))
            which = Find(name);

        int words = 0;
        foreach (ref readonly Arg argument in arguments)
            words += Words(argument);

        long* inline = stackalloc long[InlineWords];
        long* allocated = words > InlineWords ? (long*)NativeMemory.Alloc((nuint)words, sizeof(long)) : null;
        try
        {
            long* scratch = allocated != null ? allocated : inline;
            Value* values = stackalloc Value[arguments.Length];
            for (int i = 0; i < arguments.Length; i++)
                values[i] = ToNative(arguments[i], ref scratch);
            fixed (Value* written = results)
                Native.Check(Native.bridge_call(which, values, arguments.Length, written, results.Length));
            foreach (ref readonly Arg argument in arguments)
                GC.KeepAlive(argument.Reference);
        }
        finally
        {
            if (allocated != null)
                NativeMemory.Free(allocated);
        }
    }

    private static nint Find(string name)
    {
        int dot = name.IndexOf('.');
        string overload = dot < 0 ? "" : name[(dot + 1)..];
        nint which = Native.Check(Native.bridge_operator("aten::" + (dot < 0 ? name : name[..dot]), overload));
        return Operators.GetOrAdd(name, which);
    }
}
