namespace MLNet.ResNetFamily.Comparison;

/// <summary>Networks of torchvision with random weights, as ONNX files that PyTorch wrote; deleted when disposed.</summary>
internal sealed class ExportedNetworks : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("exported-networks-");

    /// <summary>The file of a network, which is written when it is asked for first.</summary>
    /// <param name="network">Its name in torchvision.</param>
    /// <param name="takesBatches">Whether the number of images is left open; one image at a time without.</param>
    public string PathOf(string network, bool takesBatches)
    {
        var path = Path.Combine(_folder.FullName, $"{network}{(takesBatches ? "" : "-one-image")}.onnx");
        if (!File.Exists(path))
            Export(network, takesBatches, path);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void Export(string network, bool takesBatches, string path)
    {
        var openAxes = takesBatches ? "{'images': {0: 'batch'}, 'logits': {0: 'batch'}}" : "None";
        Python.Run(
            $"""
            import torch, torchvision
            torch.manual_seed(0)
            network = torchvision.models.{network}(weights=None).eval()
            torch.onnx.export(network, torch.randn(1, 3, 224, 224), '{path}', opset_version=17, input_names=['images'],
                              output_names=['logits'], dynamic_axes={openAxes})
            """);
    }
}
