using Microsoft.ML;
using Microsoft.ML.Data;

namespace StandIns.Tests.Data;

[TestClass]
public class ChainAndEngineTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void AMissingInputColumnShowsBeforeAnyEstimatorWorks()
    {
        var fitted = 0;
        var pipeline = _mlContext.Transforms.CopyColumns("B", nameof(Row.A))
            .WithOnFitDelegate(_ => fitted++)
            .Append(_mlContext.Transforms.CopyColumns("D", "C"));

        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => pipeline.Fit(Data()));

        StringAssert.Contains(exception.Message, "Could not find input column 'C'");
        Assert.AreEqual(0, fitted);
    }

    [TestMethod]
    public void TheChainKnowsItsLastTransformer()
    {
        var model = _mlContext.Transforms.CopyColumns("B", nameof(Row.A))
            .Append(_mlContext.Transforms.Conversion.MapValueToKey("Key", "B"))
            .Fit(Data());

        Assert.AreEqual(2, model.Count());
        Assert.AreSame(model.Last(), model.LastTransformer);
        CollectionAssert.AreEqual(new uint[] { 1, 2 }, model.Transform(Data()).GetColumn<uint>("Key").ToArray());
    }

    [TestMethod]
    public void ATransformerForTrainingOnlyIsLeftOutAtScoring()
    {
        var model = _mlContext.Transforms.CopyColumns("B", nameof(Row.A))
            .Append(_mlContext.Transforms.CopyColumns("C", "B"), TransformerScope.TrainTest)
            .Append(_mlContext.Transforms.CopyColumns("D", "B"))
            .Fit(Data());

        CollectionAssert.AreEqual(new[] { "A", "B", "D" }, model.Transform(Data()).Schema.Select(column => column.Name).ToArray());
        Assert.AreEqual(2, model.GetModelFor(TransformerScope.Scoring).Count());
    }

    [TestMethod]
    public void AChainDisposesOfItsMembersOnce()
    {
        var spy = new Spy(Copy("B"));
        var chain = new TransformerChain<ITransformer>(Copy("C"), spy);

        chain.Dispose();
        chain.Dispose();

        Assert.AreEqual(1, spy.Disposals);
    }

    [TestMethod]
    public void AnEngineComputesOneRowAtATime()
    {
        var model = _mlContext.Transforms.CopyColumns("B", nameof(Row.A)).Append(_mlContext.Transforms.CopyColumns("C", "B")).Fit(Data());
        using var engine = _mlContext.Model.CreatePredictionEngine<Row, Result>(model);

        Assert.AreEqual(5f, engine.Predict(new Row { A = 5 }).C);
        Assert.AreEqual(6f, engine.Predict(new Row { A = 6 }).C);
        Assert.IsNotNull(engine.OutputSchema.GetColumnOrNull("B"));
    }

    [TestMethod]
    public void AnEngineOwnsItsTransformerUnlessToldOtherwise()
    {
        var owned = new Spy(Copy("C"));
        var borrowed = new Spy(Copy("C"));

        _mlContext.Model.CreatePredictionEngine<Row, Result>(owned).Dispose();
        _mlContext.Model.CreatePredictionEngine<Row, Result>(borrowed, new PredictionEngineOptions { OwnsTransformer = false }).Dispose();

        Assert.AreEqual(1, owned.Disposals);
        Assert.AreEqual(0, borrowed.Disposals);
    }

    [TestMethod]
    public void AnEngineNeedsTheInputColumns()
    {
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _mlContext.Model.CreatePredictionEngine<Result, Result>(_mlContext.Transforms.CopyColumns("B", nameof(Row.A)).Fit(Data())));

        StringAssert.Contains(exception.Message, "Could not find input column 'A'");
    }

    [TestMethod]
    public void AnEngineReadsOnlyWhatItsResultNeeds()
    {
        var reading = new CountingRow();
        using var engine = _mlContext.Model.CreatePredictionEngine<CountingRow, Result>(Copy("C"));

        engine.Predict(reading);

        Assert.AreEqual(1, reading.ReadsOfA);
        Assert.AreEqual(0, reading.ReadsOfOther);
    }

    [TestMethod]
    public void WorkIsLoggedWithItsSource()
    {
        var messages = new List<LoggingEventArgs>();
        _mlContext.Log += (_, message) => messages.Add(message);

        using (var channel = ((Microsoft.ML.Runtime.IHostEnvironment)_mlContext).Start("Testing"))
            channel.Warning(Microsoft.ML.Runtime.MessageSensitivity.None, "{0} is {1}", "This", "it");

        var warning = messages.Single(message => message.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning);
        Assert.AreEqual("This is it", warning.RawMessage);
        Assert.AreEqual("Testing", warning.Source);
        Assert.AreEqual("[Source=Testing, Kind=Warning] This is it", warning.Message);
    }

    private IDataView Data() => _mlContext.Data.LoadFromEnumerable([new Row { A = 1 }, new Row { A = 2 }]);

    private ITransformer Copy(string output) => _mlContext.Transforms.CopyColumns(output, nameof(Row.A)).Fit(Data());

    private sealed class Spy(ITransformer inner) : ITransformer, IDisposable
    {
        public int Disposals { get; private set; }

        public bool IsRowToRowMapper => inner.IsRowToRowMapper;

        public void Dispose() => Disposals++;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inner.GetOutputSchema(inputSchema);

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => inner.GetRowToRowMapper(inputSchema);

        public void Save(ModelSaveContext ctx) => inner.Save(ctx);

        public IDataView Transform(IDataView input) => inner.Transform(input);
    }

    private sealed class Row
    {
        public float A { get; set; }
    }

    private sealed class CountingRow
    {
        [NoColumn]
        public int ReadsOfA { get; private set; }

        [NoColumn]
        public int ReadsOfOther { get; private set; }

        public float A
        {
            get
            {
                ReadsOfA++;
                return 1;
            }
        }

        public float Other
        {
            get
            {
                ReadsOfOther++;
                return 2;
            }
        }
    }

    private sealed class Result
    {
        public float C { get; set; }
    }
}
