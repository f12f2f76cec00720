using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Takes the weights of a trained classifier out of ML.NET.</summary>
public static class ImageClassifierExport
{
    /// <summary>Writes a classifier's weights for PyTorch, timm and others, under the keys of published checkpoints.</summary>
    /// <param name="classifier">The classifier; it stays as it is.</param>
    /// <param name="path">Where to write; the extension chooses the format: .safetensors, else .pth, .pt or .bin. A .safetensors file also
    /// holds the backbone's name, the class names and the preprocessing.</param>
    /// <param name="floatType">Type that fractions are rounded to: Float32 (the default), Float16 or BFloat16.</param>
    /// <exception cref="ArgumentException">The extension or type is unknown.</exception>
    /// <exception cref="InvalidOperationException">A value is too large for Float16.</exception>
    /// <exception cref="IOException">The file cannot be written; a file that was there before is unchanged.</exception>
    public static void SaveWeights(this ImageClassifierTransformer classifier, string path, ScalarType floatType = ScalarType.Float32) =>
        WeightExport.Save(classifier.Network, path, floatType, classifier.ClassNames, classifier.Preprocessing);
}
