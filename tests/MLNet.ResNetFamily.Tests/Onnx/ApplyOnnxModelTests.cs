using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Onnx;

// ML.NET's own transform runs the files too.
[TestClass]
public sealed class ApplyOnnxModelTests
{
    [TestMethod]
    [DataRow("resnet20_cifar")]
    [DataRow("densenet_bc_100_12_cifar")]
    [DataRow("resnet18")]
    public void ItGivesTheSameLogits(string name)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext();
        var spec = Backbones.Named(name);
        using var network = ExportedNetwork.Of(spec);
        var size = spec.Preprocessing.ImageSize;
        var images = randn(2, 3, size, size);
        var schema = SchemaDefinition.Create(typeof(Row));
        schema["images"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3, size, size);
        var rows = images.unbind().Select(image => new Row { Images = [.. image.contiguous().data<float>()] }).ToArray();
        var data = mlContext.Data.LoadFromEnumerable(rows, schema);
        var path = folder.File("network.onnx");
        OnnxExport.Save(network, path, new() { GivesProbabilities = false });

        var scored = mlContext.Transforms.ApplyOnnxModel("logits", "images", path).Fit(data).Transform(data);

        var logits = scored.GetColumn<float[]>("logits").SelectMany(row => row).ToArray();
        Assert.IsLessThan(1e-4, ExportedNetwork.Difference(network.call(images), tensor(logits, 2, ExportedNetwork.ClassCount)));
    }

    private sealed class Row
    {
        [ColumnName("images")]
        public float[] Images { get; init; } = [];
    }
}
