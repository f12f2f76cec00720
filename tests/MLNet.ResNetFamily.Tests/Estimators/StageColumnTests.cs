using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests;

[TestClass]
public sealed class StageColumnTests
{
    private static readonly StageColumn[] Columns =
        [new("Edges", "layer1", IsPooled: false), new("Parts", "layer2"), new("AlsoEdges", "layer1")];

    private readonly MLContext _mlContext = new();

    [TestMethod]
    public void EachColumnHoldsWhatItsStageGives()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes([3, 7]));
        using var featurizer = Featurizer(Columns).Fit(data);

        var scored = featurizer.Transform(data);

        var (maps, pooled, also) = Expected([3, 7]);
        var side = (int)maps.shape[2];
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, (int)maps.shape[1], side, side), scored.Schema["Edges"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, (int)pooled.shape[1]), scored.Schema["Parts"].Type);
        Assert.IsNull(scored.Schema.GetColumnOrNull("Features"));
        AssertNear(maps, scored.GetColumn<float[]>("Edges"));
        AssertNear(pooled, scored.GetColumn<float[]>("Parts"));
        AssertNear(also, scored.GetColumn<float[]>("AlsoEdges"));
        CollectionAssert.AreEqual(Columns, featurizer.StageColumns.ToArray());
    }

    [TestMethod]
    public void TheyAreSavedAndLoadedWithTheModel()
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes([0, 1, 2]));
        using var featurizer = Featurizer(Columns).Fit(data);
        _mlContext.Model.Save(featurizer, data.Schema, folder.File("stages.zip"));

        using var loaded = (ImageFeaturizerTransformer)new MLContext().Model.Load(folder.File("stages.zip"), out _);
        var scored = loaded.Transform(data);

        Assert.AreEqual(featurizer.GetOutputSchema(data.Schema)["Edges"].Type, scored.Schema["Edges"].Type);
        CollectionAssert.AreEqual(Columns, loaded.StageColumns.ToArray());
        foreach (var column in Columns)
        {
            CollectionAssert.AreEqual(
                Numbers(featurizer.Transform(data), column.ColumnName), Numbers(scored, column.ColumnName), column.ColumnName);
        }

        static float[] Numbers(IDataView view, string column) => [.. view.GetColumn<float[]>(column).SelectMany(values => values)];
    }

    [TestMethod]
    public void TheirShapesFitIntoAChain()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes([0, 1]));
        var chain = Featurizer(Columns).Append(_mlContext.Transforms.Concatenate("All", "Edges", "Parts", "AlsoEdges"));

        using var model = chain.Fit(data);
        var scored = model.Transform(data);

        var size = Columns.Sum(column => ((VectorDataViewType)scored.Schema[column.ColumnName].Type).Size);
        Assert.AreEqual(size, ((VectorDataViewType)scored.Schema["All"].Type).Size);
        Assert.IsTrue(scored.GetColumn<float[]>("All").All(values => values.Length == size));
    }

    [TestMethod]
    public void ALastStageThatIsPooledIsTheFeatures()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes([5]));
        using var stages = Featurizer([new("Features", TinyClassifier.Backbone.Stages()[^1].Name)]).Fit(data);
        using var whole = Featurizer([]).Fit(data);

        CollectionAssert.AreEqual(
            whole.Transform(data).GetColumn<float[]>("Features").Single(), stages.Transform(data).GetColumn<float[]>("Features").Single());
    }

    public static IEnumerable<object[]> Mistakes =>
    [
        [
            new StageColumn[] { new("A", "layer9") },
            "Option 'StageColumns' names the stage 'layer9', which 'tiny' does not have. Its stages: stem (",
        ],
        [new StageColumn[] { new(" ", "layer1") }, "names a column ' ', but a name must not be blank"],
        [new StageColumn[] { new("images", "layer1") }, "nor 'images', as the input of ONNX files is called"],
        [new StageColumn[] { new("A", "layer1"), new("A", "layer2") }, "names the column 'A' 2 times"],
    ];

    [TestMethod]
    [DynamicData(nameof(Mistakes))]
    public void WhatCannotBeIsRefusedAtOnce(StageColumn[] columns, string expected)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Featurizer(columns));

        StringAssert.Contains(error.Message, expected);
    }

    [TestMethod]
    public void WholeMapsHaveNoMeanOverViews()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes([0]));
        using var maps = Featurizer(Columns).Fit(data);
        using var pooled = Featurizer([new("A", "layer1")]).Fit(data);
        var views = new ScoringOptions { TestTimeAugmentation = TestTimeAugmentation.Flip };

        var error = Assert.ThrowsExactly<ArgumentException>(() => maps.Scoring = views);
        pooled.Scoring = views;

        StringAssert.Contains(
            error.Message, "'TestTimeAugmentation' is Flip, but column 'Edges' holds the maps of stage 'layer1' unpooled");
        Assert.ThrowsExactly<ArgumentException>(() => Featurizer(Columns, views));
        Assert.HasCount(1, pooled.Transform(data).GetColumn<float[]>("A").ToList());
    }

    [TestMethod]
    public void ABatchOfMapsThatNoArrayHoldsIsRefused()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes([0]));
        using var maps = Featurizer(Columns).Fit(data);

        var error = Assert.ThrowsExactly<ArgumentException>(() => maps.Scoring = new() { BatchSize = int.MaxValue });

        StringAssert.Contains(error.Message, "numbers for each image. Set it to at most ");
    }

    [TestMethod]
    public void DefaultsAreAsDocumented()
    {
        Assert.IsEmpty(new ImageFeaturizerEstimator.Options().StageColumns);
        Assert.IsTrue(new StageColumn("A", "layer1").IsPooled);
    }

    private ImageFeaturizerEstimator Featurizer(StageColumn[] columns, ScoringOptions? scoring = null) =>
        _mlContext.Transforms.ImageFeaturizer(new ImageFeaturizerEstimator.Options
        {
            Backbone = TinyClassifier.Backbone,
            Seed = 4,
            StageColumns = columns,
            Scoring = scoring ?? new(),
        });

    // The same network, cut by hand.
    private static (Tensor Maps, Tensor Pooled, Tensor Also) Expected(int[] numbers)
    {
        using var gradients = no_grad();
        manual_seed(4);
        using var backbone = TinyClassifier.Backbone.Build();
        backbone.eval();
        var parts = backbone.named_children().ToDictionary(part => part.name, part => (nn.Module<Tensor, Tensor>)part.module);
        var pixels = new float[numbers.Length * 3 * TestImages.Size * TestImages.Size];
        for (var i = 0; i < numbers.Length; i++)
        {
            using var image = new RgbImage(TestImages.Size, TestImages.Size, TestImages.Pixels(numbers[i]));
            var length = pixels.Length / numbers.Length;
            new Preprocessor(TinyClassifier.Backbone.Preprocessing).Apply(image, pixels.AsSpan(i * length, length));
        }
        var x = tensor(pixels, [numbers.Length, TestImages.Size, TestImages.Size, 3]).permute(0, 3, 1, 2);
        x = nn.functional.relu(parts["bn1"].call(parts["conv1"].call(x)));
        if (((ResNetSpec)TinyClassifier.Backbone).Stem == StemKind.ImageNet)
            x = nn.functional.max_pool2d(x, 3, 2, 1);
        var first = parts["layer1"].call(x);
        return (first, parts["layer2"].call(first).mean([2, 3]), first.mean([2, 3]));
    }

    // To rounding: scoring has the batch norms folded.
    private static void AssertNear(Tensor expected, IEnumerable<float[]> found)
    {
        var rows = found.ToList();
        var right = expected.flatten(1).data<float>().ToArray();
        Assert.AreEqual(right.Length, rows.Sum(row => row.Length));
        foreach (var (value, other) in right.Zip(rows.SelectMany(row => row)))
            Assert.AreEqual(value, other, 1e-5f);
    }
}
