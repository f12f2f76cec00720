using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>What makes answers of a network's outputs.</summary>
internal enum OutputActivation
{
    /// <summary>Nothing: the outputs are features, or wanted as logits.</summary>
    None,

    /// <summary>The classes exclude each other: their probabilities add up to 1.</summary>
    Softmax,

    /// <summary>An image may show several classes: each has a probability of its own.</summary>
    Sigmoid,
}

/// <summary>Applies an <see cref="OutputActivation"/>.</summary>
internal static class OutputActivations
{
    /// <param name="activation">What to apply.</param>
    /// <param name="outputs">Shape [N, K].</param>
    public static Tensor Apply(this OutputActivation activation, Tensor outputs) => activation switch
    {
        OutputActivation.Softmax => nn.functional.softmax(outputs, 1),
        OutputActivation.Sigmoid => outputs.sigmoid(),
        _ => outputs,
    };
}
