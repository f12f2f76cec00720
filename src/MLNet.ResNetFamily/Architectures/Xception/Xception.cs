using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// Chollet (2016), figure 5, with timm's keys. timm's convolutions at the entry have no padding, as in Keras; its batch norms have PyTorch's eps.
internal sealed class Xception : LayeredBackbone
{
    private const int BlockCount = 12;
    private const int MiddleBlockCount = 8;

    internal Xception(XceptionSpec spec)
        : base(spec)
    {
        Add("conv1", Conv2d(spec.InputChannels, 32, 3, stride: 2, bias: false));  // sizes for 299 pixels: 149
        Add("bn1", Layers.Norm(32));
        Add("act1", ReLU(inplace: true));
        Add("conv2", Conv2d(32, 64, 3, bias: false));                             // 147
        Add("bn2", Layers.Norm(64));
        Add("act2", ReLU(inplace: true));
        AddBlock(1, 2, 64, 128, 128);                                             // 74
        AddBlock(2, 2, 128, 256, 256);                                            // 37
        AddBlock(3, 2, 256, 728, 728);                                            // 19
        for (var i = 0; i < MiddleBlockCount; i++)
            AddBlock(4 + i, 1, 728, 728, 728, 728);
        AddBlock(12, 2, 728, 728, 1024);                                          // 10
        Add("conv3", new SeparableConvolution(spec, 1024, 1536));
        Add("bn3", Layers.Norm(1536));
        Add("act3", ReLU(inplace: true));
        Add("conv4", new SeparableConvolution(spec, 1536, 2048));
        Add("bn4", Layers.Norm(2048));
        Add("act4", ReLU(inplace: true));
        Initialization.HeNormal(this);

        void AddBlock(int number, int stride, params int[] channels) =>
            Add($"block{number}", new XceptionBlock(spec, new ResidualGate(spec.StochasticDepth, number, BlockCount), stride, startsWithRelu: number > 1, channels));
    }
}
