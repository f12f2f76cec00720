using TorchSharp.Modules;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;
using TensorModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace MLNet.ResNetFamily;

// One step of a network's computation; values are numbers, of which 0 is the input of the network.
internal sealed record NetworkStep(NetworkOperation Operation, IReadOnlyList<int> Inputs, int Output);

// Notes every step of one pass through a network: layers by hooks, what stands between them by the methods of Operations.
internal sealed class NetworkRecorder
{
    [ThreadStatic]
    private static NetworkRecorder? current;

    // An operation in place leaves the tensor what it was and makes another value of it.
    private readonly Dictionary<Tensor, int> _values = new(ReferenceEqualityComparer.Instance);
    private readonly List<NetworkStep> _steps = [];
    private int _lastValue;

    private readonly Action<int, Tensor>? _observe;

    private NetworkRecorder(Tensor input, Action<int, Tensor>? observe)
    {
        _observe = observe;
        Number(input, 0);
    }

    // Who notes the pass that this thread makes; null in ordinary use.
    internal static NetworkRecorder? Current => current;

    // The network gets hooks that stay, so that it should be a double made for this.
    internal static IReadOnlyList<NetworkStep> Record(TensorModule network, Tensor input)
    {
        Attach(network);
        return Pass(network, input);
    }

    // Makes a network's passes such that they can be recorded, once.
    internal static void Attach(TensorModule network)
    {
        foreach (var module in network.modules().OfType<TensorModule>().Distinct())
        {
            if (Operation(module) is { } operation)
                module.register_forward_hook((_, x, y) => current?.Noted(y, operation, x) ?? y);
        }
    }

    // Records one pass; the observer sees every value with its number when it is computed.
    internal static IReadOnlyList<NetworkStep> Pass(TensorModule network, Tensor input, Action<int, Tensor>? observe = null)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var recorder = new NetworkRecorder(input, observe);
        current = recorder;
        try
        {
            recorder.ValueOf(network.call(input));
            return recorder._steps;
        }
        finally
        {
            current = null;
        }
    }

    internal Tensor Noted(Tensor output, NetworkOperation operation, params ReadOnlySpan<Tensor> inputs)
    {
        var values = new int[inputs.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = ValueOf(inputs[i]);
        _steps.Add(new(operation, values, ++_lastValue));
        Number(output, _lastValue);
        return output;
    }

    internal Tensor Same(Tensor output, Tensor input)
    {
        _values[output] = ValueOf(input);
        return output;
    }

    private void Number(Tensor tensor, int value)
    {
        _values[tensor] = value;
        _observe?.Invoke(value, tensor);
    }

    private int ValueOf(Tensor tensor) => _values.TryGetValue(tensor, out var value) ? value : throw new InvalidOperationException(
        $"A tensor of shape [{string.Join(", ", tensor.shape)}] was computed after step {_steps.Count}, " +
        $"{_steps.LastOrDefault()?.Operation}, by an operation that cannot be recorded. " +
        "Write it with the methods of 'Operations', or add the layer to 'NetworkRecorder'.");

    private static NetworkOperation? Operation(Module module) => module switch
    {
        Conv2d or Linear or NormBase or ClassifierHead => new NetworkOperation.Layer(module),
        ReLU => new NetworkOperation.ReLU(),
        MaxPool2d pool => new NetworkOperation.MaxPool(pool.kernel_size[0], pool.stride[0], pool.padding[0], pool.ceil_mode),
        AvgPool2d pool => new NetworkOperation.AveragePool(
            pool.kernel_size[0], pool.stride[0], pool.padding?[0] ?? 0, pool.count_include_pad),
        _ => null,
    };
}
