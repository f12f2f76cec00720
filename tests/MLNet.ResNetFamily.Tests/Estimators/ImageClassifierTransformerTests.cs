using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests;

[TestClass]
public sealed class ImageClassifierTransformerTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    [DataRow(1000, 32, 32)]
    [DataRow(1000, 100, 10)]
    [DataRow(33, 32, 2)]
    [DataRow(32, 32, 1)]
    public void ScoringRunsTheNetworkOncePerBatch(int rows, int batchSize, int expected)
    {
        using var model = TinyClassifier.Trained(_mlContext);
        model.Scoring = model.Scoring with { BatchSize = batchSize };
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, rows)));

        var scored = TinyClassifier.Rows(_mlContext, model.Transform(data));

        Assert.HasCount(rows, scored);
        Assert.AreEqual(expected, model.ForwardPassCount);
    }

    [TestMethod]
    public void TakingOneRowRunsTheNetworkOnce()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 1000)));

        var taken = TinyClassifier.Rows(_mlContext, _mlContext.Data.TakeRows(model.Transform(data), 1));
        var first = _mlContext.Data.CreateEnumerable<TestImages.ScoredRow>(model.Transform(data), reuseRowObject: false).First();

        Assert.HasCount(1, taken);
        CollectionAssert.AreEqual(taken[0].Score, first.Score);
        Assert.AreEqual(2, model.ForwardPassCount);
    }

    [TestMethod]
    public void OnlyAFewBatchesAreReadAhead()
    {
        var read = 0;
        using var model = TinyClassifier.Trained(_mlContext);
        model.Scoring = model.Scoring with { BatchSize = 10 };

        var first = _mlContext.Data.CreateEnumerable<TestImages.ScoredRow>(
            model.Transform(_mlContext.Data.LoadFromEnumerable(Rows())), reuseRowObject: false).First();

        Assert.AreEqual(0, first.Number);
        Assert.IsLessThan(60, read);

        IEnumerable<TestImages.PlanesRow> Rows()
        {
            for (var i = 0; i < 1000; i++)
            {
                read++;
                yield return new() { Number = i, Image = TestImages.Planes(i) };
            }
        }
    }

    [TestMethod]
    public void NothingIsComputedWithoutItsColumns()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        var data = _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 5)
            .Select(i => new TestImages.PathRow { Number = i, Image = "/no/such/file.png" }));

        var numbers = model.Transform(data).GetColumn<int>("Number").ToList();

        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4 }, numbers);
        Assert.AreEqual(0, model.ForwardPassCount);
    }

    [TestMethod]
    public void ACursorThatIsNotAskedForScoresComputesNone()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        var scored = model.Transform(_mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 5))));

        using (var cursor = scored.GetRowCursor(scored.Schema))
        {
            while (cursor.MoveNext())
            {
            }
        }

        Assert.AreEqual(0, model.ForwardPassCount);
    }

    [TestMethod]
    public void GettersThatAreCalledTwiceScoreOnce()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        model.Scoring = model.Scoring with { BatchSize = 1 };
        var scored = model.Transform(_mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 4))));
        using var cursor = scored.GetRowCursor(scored.Schema);
        var getScore = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        var getScoreAgain = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        var getLabel = cursor.GetGetter<uint>(scored.Schema["PredictedLabel"]);
        VBuffer<float> score = default;
        uint label = 0;

        while (cursor.MoveNext())
        {
            getScore(ref score);
            getScore(ref score);
            getScoreAgain(ref score);
            getLabel(ref label);
        }

        Assert.AreEqual(4, model.ForwardPassCount);
    }

    [TestMethod]
    public void RowsThatNobodyAsksForCostNoPass()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        model.Scoring = model.Scoring with { BatchSize = 10 };
        var scored = model.Transform(_mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 100))));
        var all = TinyClassifier.Rows(_mlContext, scored);
        var passes = model.ForwardPassCount;
        using var cursor = scored.GetRowCursor(scored.Schema);
        var getScore = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        VBuffer<float> score = default;

        while (cursor.MoveNext())
        {
            if (cursor.Position % 50 != 7)
                continue;
            getScore(ref score);
            CollectionAssert.AreEqual(all[(int)cursor.Position].Score, score.DenseValues().ToArray());
        }

        Assert.AreEqual(2, model.ForwardPassCount - passes);
    }

    [TestMethod]
    public void TheProbabilitiesAddUpToOneAndTheLabelIsTheHighest()
    {
        using var model = TinyClassifier.Trained(_mlContext);

        var rows = TinyClassifier.Rows(
            _mlContext, model.Transform(_mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 40)))));

        foreach (var row in rows)
        {
            Assert.AreEqual(1, row.Score.Sum(), 1e-6);
            Assert.AreEqual((uint)Array.IndexOf(row.Score, row.Score.Max()) + 1, row.PredictedLabel);
        }
        Assert.IsGreaterThan(30, rows.Count(row => TestImages.ClassNames[(int)row.PredictedLabel - 1] == row.Label));
    }

    [TestMethod]
    public void EachColumnTypeGivesTheSameImageTheSameScores()
    {
        using var folder = new TemporaryFolder();
        var paths = TestImages.Files(folder.Path, 9);
        var bytes = paths.Select(
            row => new TestImages.BytesRow { Number = row.Number, Image = File.ReadAllBytes(row.Image), Label = row.Label });
        using var model = TinyClassifier.Trained(_mlContext);

        var byPlanes = Score(_mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 9))));
        var byPath = Score(_mlContext.Data.LoadFromEnumerable(paths));
        var byBytes = Score(_mlContext.Data.LoadFromEnumerable(bytes));
        var byImage = Score(_mlContext.Data.LoadFromEnumerable(TestImages.Images(9)));

        CollectionAssert.AreEqual(byPlanes, byPath);
        CollectionAssert.AreEqual(byPlanes, byBytes);
        CollectionAssert.AreEqual(byPlanes, byImage);

        float[] Score(IDataView data) => [.. TinyClassifier.Rows(_mlContext, model.Transform(data)).SelectMany(row => row.Score)];
    }

    [TestMethod]
    public void TheStepsOfMLNetFeedIt()
    {
        using var folder = new TemporaryFolder();
        var paths = _mlContext.Data.LoadFromEnumerable(TestImages.Files(folder.Path, 6));
        using var model = TinyClassifier.Trained(_mlContext);
        var expected = Score(paths);

        var images = _mlContext.Transforms.LoadImages("Image", null, "Image").Fit(paths).Transform(paths);
        var raw = _mlContext.Transforms.LoadRawImageBytes("Image", null, "Image").Fit(paths).Transform(paths);
        var resized = _mlContext.Transforms.ResizeImages("Image", TestImages.Size, TestImages.Size).Fit(images).Transform(images);
        var planes = _mlContext.Transforms.ExtractPixels("Image").Fit(resized).Transform(resized);

        CollectionAssert.AreEqual(expected, Score(images));
        CollectionAssert.AreEqual(expected, Score(raw));
        CollectionAssert.AreEqual(expected, Score(resized));
        CollectionAssert.AreEqual(expected, Score(planes));

        float[] Score(IDataView data) => [.. TinyClassifier.Rows(_mlContext, model.Transform(data)).SelectMany(row => row.Score)];
    }

    [TestMethod]
    public void WithMirroredViewsAnImageScoresAsItsMirrorImageDoes()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        var rows = TestImages.Planes(Enumerable.Range(0, 5));
        var mirrored = TestImages.Planes(Enumerable.Range(0, 5));
        foreach (var row in mirrored)
        {
            foreach (var line in Enumerable.Range(0, 3 * TestImages.Size))
                Array.Reverse(row.Image, line * TestImages.Size, TestImages.Size);
        }
        var (plain, other) = (Scores(rows), Scores(mirrored));
        model.Scoring = model.Scoring with { BatchSize = 4, TestTimeAugmentation = TestTimeAugmentation.Flip };
        var before = model.ForwardPassCount;

        var averaged = Scores(rows);

        Assert.AreEqual(3, model.ForwardPassCount - before);
        for (var i = 0; i < averaged.Length; i++)
            Assert.AreEqual((plain[i] + other[i]) / 2, averaged[i], 1e-6);
        CollectionAssert.AreNotEqual(plain, averaged);

        float[] Scores(List<TestImages.PlanesRow> data) =>
            [.. TinyClassifier.Rows(_mlContext, model.Transform(_mlContext.Data.LoadFromEnumerable(data))).SelectMany(row => row.Score)];
    }

    [TestMethod]
    public void AStepBeforeThatFailsOnAnImageIsToldFrom()
    {
        using var folder = new TemporaryFolder();
        var rows = TestImages.Files(folder.Path, 6);
        File.Delete(rows[3].Image);
        using var model = TinyClassifier.Trained(_mlContext);
        var steps = _mlContext.Transforms.LoadImages("Image", null, "Image")
            .Append(_mlContext.Transforms.ResizeImages("Image", TestImages.Size, TestImages.Size))
            .Append(_mlContext.Transforms.ExtractPixels("Image"));
        var paths = _mlContext.Data.LoadFromEnumerable(rows);
        var planes = steps.Fit(paths).Transform(paths);

        var error = Assert.Throws<Exception>(() => TinyClassifier.Rows(_mlContext, model.Transform(planes)));

        StringAssert.Contains(error.ToString(), Path.GetFileName(rows[3].Image));
        StringAssert.Contains(error.ToString(), "a column of paths or of MLImage");
    }

    [TestMethod]
    public void LargeImagesScoreTheSameDecodedOrNot()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("large.png");
        using (var image = TestImages.Image(1, size: 200))
            image.Save(path);
        using var model = TinyClassifier.Trained(_mlContext);
        var paths = _mlContext.Data.LoadFromEnumerable(new[] { new TestImages.PathRow { Image = path } });
        var images = _mlContext.Transforms.LoadImages("Image", null, "Image").Fit(paths).Transform(paths);

        CollectionAssert.AreEqual(
            TinyClassifier.Rows(_mlContext, model.Transform(paths))[0].Score,
            TinyClassifier.Rows(_mlContext, model.Transform(images))[0].Score);
    }

    [TestMethod]
    public void ABadImageIsNamedWhenItsScoresAreAskedFor()
    {
        using var folder = new TemporaryFolder();
        var rows = TestImages.Files(folder.Path, 6);
        File.WriteAllText(rows[3].Image, "no image");
        using var model = TinyClassifier.Trained(_mlContext);
        var scored = model.Transform(_mlContext.Data.LoadFromEnumerable(rows));

        var before = TinyClassifier.Rows(_mlContext, _mlContext.Data.TakeRows(scored, 3));
        var error = Assert.ThrowsExactly<InvalidDataException>(() => TinyClassifier.Rows(_mlContext, scored));

        Assert.HasCount(3, before);
        StringAssert.Contains(error.Message, rows[3].Image);
        StringAssert.Contains(error.Message, "OnBadImage to Skip");
    }

    [TestMethod]
    public void ABadImageThatIsSkippedHasNoScoresAndNoLabel()
    {
        using var folder = new TemporaryFolder();
        var rows = TestImages.Files(folder.Path, 6);
        File.WriteAllText(rows[3].Image, "no image");
        File.Delete(rows[5].Image);
        using var model = TinyClassifier.Trained(_mlContext);
        var expected = TinyClassifier.Rows(
            _mlContext, model.Transform(_mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 6)))));
        var reported = new List<BadImage>();
        var messages = new List<string>();
        _mlContext.Log += (_, e) => messages.Add(e.Message);
        model.Scoring = model.Scoring with { BatchSize = 4, OnBadImage = OnBadImage.Skip, BadImages = new Immediately(reported.Add) };

        var scored = TinyClassifier.Rows(_mlContext, model.Transform(_mlContext.Data.LoadFromEnumerable(rows)));

        for (var i = 0; i < 6; i++)
        {
            if (i is 3 or 5)
            {
                Assert.IsTrue(scored[i].Score.All(float.IsNaN));
                Assert.AreEqual(0u, scored[i].PredictedLabel);
            }
            else
                Assert.AreEqual(expected[i].PredictedLabel, scored[i].PredictedLabel);
        }
        CollectionAssert.AreEqual(new[] { rows[3].Image, rows[5].Image }, reported.Select(bad => bad.Origin).ToArray());
        Assert.IsTrue(messages.Any(message => message.Contains(rows[3].Image, StringComparison.Ordinal)));
    }

    [TestMethod]
    public void AStepBeforeThatFailsIsABadImageOfThatRow()
    {
        using var folder = new TemporaryFolder();
        var rows = TestImages.Files(folder.Path, 3);
        File.WriteAllText(rows[1].Image, "no image");
        var paths = _mlContext.Data.LoadFromEnumerable(rows);
        var images = _mlContext.Transforms.LoadImages("Image", null, "Image").Fit(paths).Transform(paths);
        using var model = TinyClassifier.Trained(_mlContext);
        var expected = TinyClassifier.Rows(_mlContext, model.Transform(_mlContext.Data.LoadFromEnumerable(TestImages.Planes([0, 1, 2]))));
        model.Scoring = model.Scoring with { OnBadImage = OnBadImage.Skip };

        var scored = TinyClassifier.Rows(_mlContext, model.Transform(images));

        CollectionAssert.AreEqual(
            new[] { expected[0].PredictedLabel, 0u, expected[2].PredictedLabel }, scored.Select(row => row.PredictedLabel).ToArray());
    }

    [TestMethod]
    public void TheCursorThatReadsAheadEndsWithTheDataEvenWithoutDispose()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        var source = new WatchedView(_mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 10))));
        var scored = model.Transform(source);
        using var cursor = scored.GetRowCursor(scored.Schema);
        var getScore = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        VBuffer<float> score = default;
        Assert.AreEqual(2, source.OpenCursors);

        while (cursor.MoveNext())
            getScore(ref score);

        Assert.AreEqual(1, source.OpenCursors);
    }

    [TestMethod]
    public void ShuffledRowsKeepTheirOwnScores()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        model.Scoring = model.Scoring with { BatchSize = 7 };
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 60)));
        var inOrder = TinyClassifier.Rows(_mlContext, model.Transform(data)).ToDictionary(row => row.Number);
        var scored = model.Transform(_mlContext.Data.Cache(data));
        Assert.IsTrue(scored.CanShuffle);
        var numbers = new List<int>();
        using var cursor = scored.GetRowCursor(scored.Schema, new Random(5));
        var getNumber = cursor.GetGetter<int>(scored.Schema["Number"]);
        var getScore = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        VBuffer<float> score = default;

        while (cursor.MoveNext())
        {
            var number = 0;
            getNumber(ref number);
            getScore(ref score);
            numbers.Add(number);
            Assert.AreEqual(inOrder[number].PredictedLabel, (uint)score.DenseValues().ToList().IndexOf(score.DenseValues().Max()) + 1);
        }

        CollectionAssert.AreNotEqual(Enumerable.Range(0, 60).ToArray(), numbers);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 60).ToArray(), numbers);
    }

    [TestMethod]
    public void DataThatAreOtherwiseWhenReadAgainAreRefused()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        var scored = model.Transform(new FickleView(_mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 20)))));

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => TinyClassifier.Rows(_mlContext, scored));

        StringAssert.Contains(error.Message, "not the same when the data are read twice");
    }

    [TestMethod]
    public void ManyThreadsGetTheScoresOfOne()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        model.Scoring = model.Scoring with { Threads = 1, BatchSize = 8 };
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 40)));
        var expected = Score();

        var results = new float[8][];
        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => results[i] = Score());

        foreach (var result in results)
            CollectionAssert.AreEqual(expected, result);

        float[] Score() => [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(score => score)];
    }

    [TestMethod]
    public void APredictionEngineScoresEachExampleOnce()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        var rows = TestImages.Planes(Enumerable.Range(0, 6));
        model.Scoring = model.Scoring with { BatchSize = 1 };
        var expected = TinyClassifier.Rows(_mlContext, model.Transform(_mlContext.Data.LoadFromEnumerable(rows)));
        var passes = model.ForwardPassCount;
        using var engine = _mlContext.Model.CreatePredictionEngine<TestImages.PlanesRow, TestImages.ScoredRow>(
            model, new PredictionEngineOptions { OwnsTransformer = false });

        foreach (var (row, scored) in rows.Zip(expected))
        {
            var predicted = engine.Predict(row);

            CollectionAssert.AreEqual(scored.Score, predicted.Score);
            Assert.AreEqual(scored.PredictedLabel, predicted.PredictedLabel);
            Assert.AreEqual(row.Number, predicted.Number);
        }
        Assert.AreEqual(6, model.ForwardPassCount - passes);
    }

    [TestMethod]
    public void APredictionEngineNamesABadImage()
    {
        using var engine =
            _mlContext.Model.CreatePredictionEngine<TestImages.PathRow, TestImages.ScoredRow>(TinyClassifier.Trained(_mlContext));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => engine.Predict(new() { Image = "/no/such/file.png" }));

        StringAssert.Contains(error.Message, "/no/such/file.png");
    }

    [TestMethod]
    public void ADisposedModelSaysSo()
    {
        var model = TinyClassifier.Trained(_mlContext);
        var scored = model.Transform(_mlContext.Data.LoadFromEnumerable(TestImages.Planes([0])));
        using (_mlContext.Model.CreatePredictionEngine<TestImages.PlanesRow, TestImages.ScoredRow>(model))
        {
        }

        var error = Assert.ThrowsExactly<ObjectDisposedException>(() => TinyClassifier.Rows(_mlContext, scored));

        StringAssert.Contains(error.Message, "OwnsTransformer = false");
    }

    [TestMethod]
    public void TheAddedColumnsAreAnnotatedAsMLNetDoesIt()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        var schema = model.GetOutputSchema(_mlContext.Data.LoadFromEnumerable(TestImages.Planes([0])).Schema);
        VBuffer<ReadOnlyMemory<char>> slotNames = default, keyValues = default;
        ReadOnlyMemory<char> kind = default;

        schema["Score"].Annotations.GetValue("SlotNames", ref slotNames);
        schema["PredictedLabel"].Annotations.GetValue("KeyValues", ref keyValues);
        schema["Score"].Annotations.GetValue("ScoreColumnKind", ref kind);

        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3), schema["Score"].Type);
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 3), schema["PredictedLabel"].Type);
        CollectionAssert.AreEqual(TestImages.ClassNames, slotNames.DenseValues().Select(name => name.ToString()).ToArray());
        CollectionAssert.AreEqual(TestImages.ClassNames, keyValues.DenseValues().Select(name => name.ToString()).ToArray());
        Assert.AreEqual("MulticlassClassification", kind.ToString());
        CollectionAssert.AreEqual(TestImages.ClassNames, model.ClassNames.ToArray());
    }

    private sealed class Immediately(Action<BadImage> report) : IProgress<BadImage>
    {
        public void Report(BadImage value) => report(value);
    }

    /// <summary>Leaves out the first row whenever it is read a second time.</summary>
    private sealed class FickleView(IDataView source) : IDataView
    {
        private int _reads;

        public DataViewSchema Schema => source.Schema;

        public bool CanShuffle => false;

        public long? GetRowCount() => null;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        {
            var cursor = new ShiftedCursor(source.GetRowCursor(columnsNeeded));
            if (_reads++ > 0)
                cursor.SkipOne();
            return cursor;
        }

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            [GetRowCursor(columnsNeeded, rand)];
    }

    /// <summary>Counts its cursors.</summary>
    private sealed class WatchedView(IDataView source) : IDataView
    {
        public int OpenCursors { get; private set; }

        public DataViewSchema Schema => source.Schema;

        public bool CanShuffle => false;

        public long? GetRowCount() => source.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        {
            OpenCursors++;
            return new ShiftedCursor(source.GetRowCursor(columnsNeeded), closed: () => OpenCursors--);
        }

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            [GetRowCursor(columnsNeeded, rand)];
    }

    private sealed class ShiftedCursor(DataViewRowCursor cursor, Action? closed = null) : DataViewRowCursor
    {
        private int _skipped;
        private bool _isClosed;

        public override DataViewSchema Schema => cursor.Schema;

        public override long Position => cursor.Position - _skipped;

        public override long Batch => cursor.Batch;

        public void SkipOne()
        {
            cursor.MoveNext();
            _skipped++;
        }

        public override bool MoveNext() => cursor.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => cursor.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => cursor.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => cursor.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_isClosed)
            {
                _isClosed = true;
                cursor.Dispose();
                closed?.Invoke();
            }
            base.Dispose(disposing);
        }
    }
}
