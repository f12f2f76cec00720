using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// Chollet (2016), figure 5, with timm's keys. timm's convolutions at the entry have no padding, as in Keras; its batch norms have PyTorch's
// eps.
internal sealed class Xception : SequentialBackbone
{
    private const int BlockCount = 12;
    private const int MiddleBlockCount = 8;

    internal Xception(XceptionSpec spec)
        : base(spec)
    {
        AddConv(1, Conv2d(spec.InputChannels, 32, 3, stride: 2, bias: false, device: Initialization.Place));    // sizes for 299 pixels: 149
        AddConv(2, Conv2d(32, 64, 3, bias: false, device: Initialization.Place));                               // 147
        EndStage();
        AddBlock(1, 2, 64, 128, 128);                                             // 74
        EndStage();
        AddBlock(2, 2, 128, 256, 256);                                            // 37
        EndStage();
        AddBlock(3, 2, 256, 728, 728);                                            // 19
        for (var i = 0; i < MiddleBlockCount; i++)
            AddBlock(4 + i, 1, 728, 728, 728, 728);
        EndStage();
        AddBlock(12, 2, 728, 728, 1024);                                          // 10
        AddSeparable(3, new(spec, 1024, 1536));
        AddSeparable(4, new(spec, 1536, 2048));
        EndStage();
        Initialization.HeNormal(this);

        void AddConv(int number, Conv2d conv) => AddNormalized(number, conv, conv);

        void AddSeparable(int number, SeparableConvolution conv) => AddNormalized(number, conv, conv.Pointwise);

        void AddNormalized(int number, Module<Tensor, Tensor> layer, Conv2d last)
        {
            Add($"conv{number}", layer);
            Add($"bn{number}", Layers.Norm(last));
            Add($"act{number}", ReLU(inplace: true));
        }

        void AddBlock(int number, int stride, params int[] channels) =>
            Add($"block{number}", new XceptionBlock(
                spec, new StochasticDepthGate(spec.StochasticDepth, number, BlockCount), stride, startsWithRelu: number > 1, channels));
    }
}
