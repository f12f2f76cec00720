using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// One path of a mixed block: layers in a row, after which it may split once more. Keys are those of published checkpoints.
internal sealed class MixedPath
{
    private readonly (string Key, Module<Tensor, Tensor> Layer)[] _row, _ends;

    private MixedPath((string, Module<Tensor, Tensor>)[] row, (string, Module<Tensor, Tensor>)[] ends) => (_row, _ends) = (row, ends);

    // Each layer under a key of its own: "branch5x5_1", "branch5x5_2".
    internal static MixedPath Of(params (string Key, Module<Tensor, Tensor> Layer)[] row) => new(row, []);

    // All layers under one key, and numbered when there are several: "branch0", "branch1.0", "branch1.1".
    internal static MixedPath Of(string key, params Module<Tensor, Tensor>[] layers) =>
        Of((key, layers.Length == 1 ? layers[0] : Sequential(layers)));

    internal MixedPath Split(params (string Key, Module<Tensor, Tensor> Layer)[] ends) => new(_row, ends);

    internal IEnumerable<(string Key, Module<Tensor, Tensor> Layer)> Layers => _row.Concat(_ends);

    internal IEnumerable<Tensor> Outputs(Tensor x)
    {
        foreach (var (_, layer) in _row)
            x = layer.call(x);
        return _ends.Length == 0 ? [x] : _ends.Select(end => end.Layer.call(x));
    }
}
