using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    public static partial class jit
    {
        /// <summary>Compiles TorchScript functions.</summary>
        public static CompilationUnit compile(string script)
        {
            ArgumentException.ThrowIfNullOrEmpty(script);
            return new CompilationUnit(Native.Check(Native.bridge_jit_compile(script)));
        }

        public class CompilationUnit : IDisposable
        {
            private nint _handle;

            internal CompilationUnit(nint handle) => _handle = handle;

            ~CompilationUnit() => Dispose(false);

            public TResult invoke<TResult>(string name, params object[] inputs) => (TResult)invoke(name, inputs);

            public unsafe object invoke(string name, params object[] objs)
            {
                ArgumentException.ThrowIfNullOrEmpty(name);
                ObjectDisposedException.ThrowIf(_handle == 0, this);
                Arg[] arguments = Array.ConvertAll(objs, ToArgument);
                Value result;
                fixed (long* scratch = new long[arguments.Sum(argument => Aten.Words(argument)) + 1])
                {
                    long* next = scratch;
                    Value* values = stackalloc Value[arguments.Length];
                    for (int i = 0; i < arguments.Length; i++)
                        values[i] = Aten.ToNative(arguments[i], ref next);
                    Native.Check(Native.bridge_jit_invoke(_handle, name, values, arguments.Length, &result));
                }

                GC.KeepAlive(objs);
                GC.KeepAlive(this);
                return FromResult(result)!;
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                nint handle = Interlocked.Exchange(ref _handle, 0);
                if (handle != 0)
                    Native.bridge_jit_free(handle);
            }

            private static Arg ToArgument(object? value) => value switch
            {
                null => Arg.None,
                Tensor tensor => tensor,
                Tensor[] tensors => tensors,
                Scalar scalar => scalar,
                float number => number,
                double number => number,
                bool flag => flag,
                int number => number,
                long number => number,
                _ => throw new NotImplementedException($"Passing arguments of type {value.GetType().Name} to TorchScript."),
            };

            private static unsafe object? FromResult(Value result)
            {
                switch (result.Tag)
                {
                    case Tag.None:
                        return null;
                    case Tag.Tensor:
                        return new Tensor(result.Pointer);
                    case Tag.TensorList:
                        return Aten.TakeTensors(result);
                    case Tag.Int:
                        return (Scalar)result.Integer;
                    case Tag.Double:
                        return (Scalar)result.Real;
                    case Tag.Bool:
                        return (Scalar)(result.Integer != 0);
                    case Tag.Tuple:
                        var items = new object?[result.Count];
                        for (int i = 0; i < items.Length; i++)
                            items[i] = FromResult(((Value*)result.Pointer)[i]);
                        Native.bridge_free((void*)result.Pointer);
                        return Tuple(items);
                    default:
                        throw new NotImplementedException($"TorchScript code that returns a value of kind {result.Tag}.");
                }
            }

            /// <summary>A tuple of two to five tensors keeps that form; anything else becomes an array.</summary>
            private static object Tuple(object?[] items)
            {
                if (!items.All(item => item is Tensor))
                    return items;
                Tensor[] t = items.Cast<Tensor>().ToArray();
                return t.Length switch
                {
                    1 => t[0],
                    2 => (t[0], t[1]),
                    3 => (t[0], t[1], t[2]),
                    4 => (t[0], t[1], t[2], t[3]),
                    5 => (t[0], t[1], t[2], t[3], t[4]),
                    _ => t,
                };
            }
        }
    }
}
