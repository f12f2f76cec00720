namespace MLNet.ResNetFamily;

// Where each network is described, as `list` prints it.
internal static class Papers
{
    internal const string ResNet = "He et al., \"Deep Residual Learning for Image Recognition\" (2015), https://arxiv.org/abs/1512.03385";
    internal const string ResNetV2 = "He et al., \"Identity Mappings in Deep Residual Networks\" (2016), https://arxiv.org/abs/1603.05027";
    internal const string ResNeXt =
        "Xie et al., \"Aggregated Residual Transformations for Deep Neural Networks\" (2016), https://arxiv.org/abs/1611.05431";
    internal const string WideResNet = "Zagoruyko and Komodakis, \"Wide Residual Networks\" (2016), https://arxiv.org/abs/1605.07146";
    internal const string DenseNet = "Huang et al., \"Densely Connected Convolutional Networks\" (2016), https://arxiv.org/abs/1608.06993";
    internal const string Xception =
        "Chollet, \"Xception: Deep Learning with Depthwise Separable Convolutions\" (2016), https://arxiv.org/abs/1610.02357";
    internal const string AlexNet =
        "Krizhevsky, \"One weird trick for parallelizing convolutional neural networks\" (2014), https://arxiv.org/abs/1404.5997";
    internal const string GoogLeNet = "Szegedy et al., \"Going Deeper with Convolutions\" (2014), https://arxiv.org/abs/1409.4842";
    internal const string InceptionV3 =
        "Szegedy et al., \"Rethinking the Inception Architecture for Computer Vision\" (2015), https://arxiv.org/abs/1512.00567";
    internal const string InceptionV4 = "Szegedy et al., \"Inception-v4, Inception-ResNet and the Impact of Residual Connections on " +
        "Learning\" (2016), https://arxiv.org/abs/1602.07261";
    internal const string Vgg = "Simonyan and Zisserman, \"Very Deep Convolutional Networks for Large-Scale Image Recognition\" (2014), " +
        "https://arxiv.org/abs/1409.1556";
}
