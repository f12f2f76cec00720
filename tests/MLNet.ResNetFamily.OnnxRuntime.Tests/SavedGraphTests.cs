using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests;

/// <summary>Model files that carry the graph of their network.</summary>
[TestClass]
public sealed class SavedGraphTests
{
    private const string GraphEntry = "Graph";

    private readonly MLContext _mlContext = new();
    private readonly TemporaryFolder _folder = new();

    private string ModelPath => _folder.File("model.zip");

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public void AProcessWithoutLibtorchScoresTheSameAndSaysWhatItLacks()
    {
        var files = TestImages.Files(_folder.File("images"), 5).Select(file => file.Image).ToArray();
        var rows = _mlContext.Data.LoadFromEnumerable(files.Select(file => new { Image = file, Label = "blue" }));
        using var model = TinyClassifier.Trained(_mlContext);
        model.Scoring = model.Scoring with { Engine = ScoringEngine.Libtorch };
        var expected = model.Transform(rows).GetColumn<float[]>("Score").SelectMany(scores => scores).ToArray();
        Save(model);
        var copy = _folder.File("copy.zip");

        var said = Run([ModelPath, Path.Combine(AppContext.BaseDirectory, "format2.zip"), copy, .. files]);

        var scores = said["Scores"].Deserialize<float[]>()!;
        Assert.HasCount(expected.Length, scores);
        foreach (var (right, score) in expected.Zip(scores))
            Assert.AreEqual(right, score, 1e-5f);
        Assert.AreEqual(
            "Explaining a prediction needs libtorch, which this program lacks: reference the package TorchSharp-cpu 0.107.0.",
            Text("Explain"));
        StringAssert.Contains(Text("SaveAsOnnx"), "reference the package TorchSharp-cpu 0.107.0");
        StringAssert.Contains(Text("Engine"), "reference the package TorchSharp-cpu 0.107.0");
        StringAssert.Contains(Text("Training"), "reference the package TorchSharp-cpu 0.107.0");
        StringAssert.Contains(Text("OldModel"), "carries no graph");
        CollectionAssert.AreEqual(Entry(ModelPath, "Classifier"), Entry(copy, "Classifier"), "what is saved again is what was loaded");
        CollectionAssert.AreEqual(Entry(ModelPath, GraphEntry), Entry(copy, GraphEntry));

        string Text(string name) => said[name].GetString()!;
    }

    [TestMethod]
    public void ALoadedModelGoesToLibtorchWhenThatIsAskedFor()
    {
        var data = TinyClassifier.Planes(_mlContext, 6);
        using var trained = TinyClassifier.Trained(_mlContext);
        Save(trained);
        using var loaded = Load();
        var scores = Scores(loaded, data);

        loaded.Scoring = loaded.Scoring with { Engine = ScoringEngine.Libtorch };
        var byLibtorch = Scores(loaded, data);
        loaded.Scoring = loaded.Scoring with { Engine = ScoringEngine.OnnxRuntime, Threads = 2 };
        var again = Scores(loaded, data);
        Save(loaded, "again.zip");

        foreach (var (first, second, third) in scores.Zip(byLibtorch, again))
        {
            Assert.AreEqual(first, second, 1e-5f);
            Assert.AreEqual(first, third, 1e-5f);
        }
        CollectionAssert.AreEqual(Entry(ModelPath, "Classifier"), Entry(_folder.File("again.zip"), "Classifier"));
        Assert.IsNotEmpty(loaded.Explain(TestImages.Image(1)).Label);
    }

    [TestMethod]
    public void NothingIsLeftInTheFolderOfTemporaryFiles()
    {
        using var trained = TinyClassifier.Trained(_mlContext);
        Save(trained);
        var before = Temporary();

        using (var loaded = Load())
            Assert.IsNotEmpty(Scores(loaded, TinyClassifier.Planes(_mlContext, 2)));

        Assert.IsEmpty(Temporary().Except(before));

        static string[] Temporary() => Directory.GetFiles(Path.GetTempPath(), "model.onnx", new EnumerationOptions
        {
            RecurseSubdirectories = true, MaxRecursionDepth = 1, IgnoreInaccessible = true,
        });
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("no graph at all, only text")]
    public void ADamagedGraphIsRefused(string text)
    {
        using var trained = TinyClassifier.Trained(_mlContext);
        Save(trained);
        Replace(GraphEntry, System.Text.Encoding.UTF8.GetBytes(text));

        StringAssert.Contains(LoadError(), "The graph of the saved model is damaged");
    }

    [TestMethod]
    public void TheGraphOfAnotherNetworkIsRefused()
    {
        using var other = TinyClassifier.Train(
            _mlContext, TinyClassifier.Options with { Epochs = 1, Backbone = TinyClassifier.Backbone with { BaseWidth = 4 } });
        Save(other, "other.zip");
        using var trained = TinyClassifier.Trained(_mlContext);
        Save(trained);
        Replace(GraphEntry, Entry(_folder.File("other.zip"), GraphEntry));

        StringAssert.Contains(LoadError(), "conv1.weight");
    }

    [TestMethod]
    public void WeightsThatAreCutOffAreRefused()
    {
        using var trained = TinyClassifier.Trained(_mlContext);
        Save(trained);
        Replace("Classifier", Entry(ModelPath, "Classifier")[..^100]);

        StringAssert.Contains(LoadError(), "it ends inside tensor");
    }

    [TestMethod]
    public void AGpuThatOnnxRuntimeCannotUseIsNamed()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        model.Scoring = new() { Engine = ScoringEngine.OnnxRuntime, Device = ComputeDevice.Cuda(3) };

        var error = Assert.Throws<InvalidOperationException>(() => Scores(model, TinyClassifier.Planes(_mlContext, 1)));

        StringAssert.Contains(error.Message, "CUDA device 3");
        StringAssert.Contains(error.Message, "Microsoft.ML.OnnxRuntime.Gpu");
    }

    private static float[] Scores(ImageClassifierTransformer model, IDataView data) =>
        [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(row => row)];

    private void Save(ITransformer model, string name = "model.zip") =>
        _mlContext.Model.Save(model, TinyClassifier.Planes(_mlContext, 1).Schema, _folder.File(name));

    private ImageClassifierTransformer Load() => (ImageClassifierTransformer)_mlContext.Model.Load(ModelPath, out _);

    private string LoadError()
    {
        Exception? error = Assert.Throws<Exception>(() => _mlContext.Model.Load(ModelPath, out _));
        while (error is not (null or InvalidDataException))
            error = error.InnerException;
        return error?.Message ?? "";
    }

    private static byte[] Entry(string path, string name)
    {
        using var archive = ZipFile.OpenRead(path);
        using var stream = archive.Entries.Single(entry => entry.Name == name).Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private void Replace(string name, byte[] content)
    {
        using var archive = ZipFile.Open(ModelPath, ZipArchiveMode.Update);
        var old = archive.Entries.Single(entry => entry.Name == name);
        var fullName = old.FullName;
        old.Delete();
        using var stream = archive.CreateEntry(fullName).Open();
        stream.Write(content);
    }

    private static Dictionary<string, JsonElement> Run(string[] arguments)
    {
        const string Program = "WithoutLibtorchProbe";
        Assert.IsEmpty(Directory.GetFiles(Path.GetDirectoryName(BuiltProgram.PathOf(Program))!, "libtorch*", SearchOption.AllDirectories));
        return BuiltProgram.Lines(Program, arguments).Select(line => JsonElement.Parse(line))
            .ToDictionary(line => line.GetProperty("Name").GetString()!, line => line.GetProperty("Value").Clone());
    }
}
