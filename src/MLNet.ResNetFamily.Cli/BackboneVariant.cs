using System.Globalization;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Changes a named backbone as the command line asks for it.</summary>
internal static class BackboneVariant
{
    /// <summary>Trains with less memory and more time.</summary>
    /// <exception cref="CommandLineException">The backbone has no such form.</exception>
    public static BackboneSpec MemoryEfficient(BackboneSpec spec) => spec is DenseNetSpec denseNet
        ? denseNet with { MemoryEfficient = true }
        : throw new CommandLineException(
            $"Option '--memory-efficient' is for DenseNets, but '{spec.Name}' is of the family {spec.Family}. " +
            "Leave it out, or choose densenet121 for instance.");

    /// <summary>Leaves out residual branches at random while training.</summary>
    /// <param name="spec">The backbone.</param>
    /// <param name="dropProbability">That of the last branch; earlier ones are dropped less.</param>
    /// <exception cref="CommandLineException">The backbone has no residual branches, or the probability is impossible.</exception>
    public static BackboneSpec WithStochasticDepth(BackboneSpec spec, double dropProbability)
    {
        if (dropProbability is not (>= 0 and < 1))
        {
            throw new CommandLineException(string.Create(
                CultureInfo.InvariantCulture,
                $"Option '--stochastic-depth' is {dropProbability}, but it must be at least 0 and below 1, 0.2 for instance."));
        }
        var depth = new StochasticDepth(1 - dropProbability);
        return spec switch
        {
            ResNetSpec resNet => resNet with { StochasticDepth = depth },
            ResNetV2Spec resNetV2 => resNetV2 with { StochasticDepth = depth },
            XceptionSpec xception => xception with { StochasticDepth = depth },
            InceptionResNetSpec inceptionResNet => inceptionResNet with { StochasticDepth = depth },
            _ => throw new CommandLineException(
                $"Option '--stochastic-depth' leaves out residual branches, but '{spec.Name}' of the family {spec.Family} takes no such " +
                "option. Leave it out, or choose resnet50 for instance."),
        };
    }
}
