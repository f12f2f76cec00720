using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// What torch's functions go by beside their arguments, as the library needs it, whatever the caller has set: gradients on, inference mode
/// off, float32 and the processor as defaults, and a dispose scope of the library's own. When it is disposed of, all is as it was.
/// </summary>
internal sealed class TorchModes : IDisposable
{
    private static readonly Lock Gate = new();
    private static int users;
    private static ScalarType callersType;
    private static Device? callersDevice;

    private readonly IDisposable _inference, _gradients;
    private readonly DisposeScope _scope;

    private TorchModes()
    {
        // The defaults are the process's, so the first in sets them and the last out puts them back.
        lock (Gate)
        {
            if (users++ == 0)
                (callersType, callersDevice) = (get_default_dtype(), get_default_device());
            set_default_dtype(ScalarType.Float32);
            set_default_device(CPU);
        }
        (_inference, _gradients, _scope) = (inference_mode(false), enable_grad(), NewDisposeScope());
    }

    /// <summary>Sets them for the current thread until the result is disposed of, on the same thread.</summary>
    /// <exception cref="DllNotFoundException">Libtorch cannot start; the message says why and what to do.</exception>
    public static TorchModes Enter()
    {
        LibtorchStart.Require();
        return new();
    }

    public void Dispose()
    {
        _scope.Dispose();
        _gradients.Dispose();
        _inference.Dispose();
        lock (Gate)
        {
            if (--users > 0)
                return;
            set_default_dtype(callersType);
            set_default_device(callersDevice!);
        }
    }
}
