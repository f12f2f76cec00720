using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// Dropout as a layer of a sequence.
internal sealed class DropoutLayer(double probability) : Module<Tensor, Tensor>(nameof(DropoutLayer))
{
    public override Tensor forward(Tensor features) => Draws.Dropout(features, probability, training).Alias();
}
