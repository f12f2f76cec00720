using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests.Packages;

/// <summary>What ML.NET does with a transformer: it joins it to a chain, puts it into an engine, saves it, and disposes of it.</summary>
[TestClass]
public sealed class ModelTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void AChainDisposesOfItsMembersOnce()
    {
        var spy = new Spy(Copy("B"));
        var chain = new TransformerChain<ITransformer>(Copy("C"), spy);

        chain.Dispose();
        chain.Dispose();

        Assert.AreEqual(1, spy.DisposalCount);
    }

    [TestMethod]
    public void AnEngineOwnsItsTransformerUnlessToldOtherwise()
    {
        var owned = new Spy(Copy("C"));
        var borrowed = new Spy(Copy("C"));

        _mlContext.Model.CreatePredictionEngine<Row, Result>(owned).Dispose();
        _mlContext.Model.CreatePredictionEngine<Row, Result>(borrowed, new PredictionEngineOptions { OwnsTransformer = false }).Dispose();

        Assert.AreEqual(1, owned.DisposalCount);
        Assert.AreEqual(0, borrowed.DisposalCount);
    }

    /// <summary>A scored row knows by its position that there is a new example.</summary>
    [TestMethod]
    public void AnEngineMovesToANewPositionForEachExample()
    {
        var spy = new Spy(Copy("C"));
        using var engine = _mlContext.Model.CreatePredictionEngine<Row, Result>(spy);

        var results = new[] { 5f, 6, 7 }.Select(a => (engine.Predict(new Row { A = a }).C, spy.Input!.Position)).ToArray();

        CollectionAssert.AreEqual(new[] { 5f, 6, 7 }, results.Select(result => result.C).ToArray());
        CollectionAssert.AllItemsAreUnique(results.Select(result => result.Position).ToArray());
    }

    /// <summary>Training may go on from a saved chain: its classifier is found among the steps and by the name of its part.</summary>
    [TestMethod]
    public void ASavedChainIsAnArchiveWithOneFolderForEachStep()
    {
        using var file = Saved(Copy("B").Append(Copy("C")), Data().Schema);

        using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        var entries = archive.Entries.Select(entry => entry.FullName.Replace('\\', '/')).ToArray();
        file.Position = 0;
        var model = new MLContext().Model.Load(file, out _);

        CollectionAssert.IsSubsetOf(
            new[] { "Schema", "TransformerChain/Transform_000/Model.key", "TransformerChain/Transform_001/Model.key" }, entries);
        Assert.HasCount(2, (IEnumerable<ITransformer>)model);
    }

    [TestMethod]
    public void TheSchemaIsSavedWithItsKeyValues()
    {
        var keys = _mlContext.Transforms.Conversion.MapValueToKey("Key", nameof(Row.A)).Fit(Data()).Transform(Data());
        using var file = Saved(_mlContext.Transforms.CopyColumns("Copy", "Key").Fit(keys), keys.Schema);
        VBuffer<float> values = default;

        new MLContext().Model.Load(file, out var schema);
        schema["Key"].GetKeyValues(ref values);

        CollectionAssert.AreEqual(
            keys.Schema.Select(column => column.ToString()).ToArray(), schema.Select(column => column.ToString()).ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 2 }, values.DenseValues().ToArray());
    }

    private IDataView Data() => _mlContext.Data.LoadFromEnumerable([new Row { A = 1 }, new Row { A = 2 }]);

    private ITransformer Copy(string output) => _mlContext.Transforms.CopyColumns(output, nameof(Row.A)).Fit(Data());

    private MemoryStream Saved(ITransformer model, DataViewSchema schema)
    {
        var file = new MemoryStream();
        _mlContext.Model.Save(model, schema, file);
        file.Position = 0;
        return file;
    }

    private sealed class Spy(ITransformer inner) : ITransformer, IRowToRowMapper, IDisposable
    {
        private IRowToRowMapper? _mapper;

        public int DisposalCount { get; private set; }

        public DataViewRow? Input { get; private set; }

        public bool IsRowToRowMapper => true;

        public DataViewSchema InputSchema => _mapper!.InputSchema;

        public DataViewSchema OutputSchema => _mapper!.OutputSchema;

        public void Dispose() => DisposalCount++;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inner.GetOutputSchema(inputSchema);

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
        {
            _mapper = inner.GetRowToRowMapper(inputSchema);
            return this;
        }

        public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
            _mapper!.GetDependencies(dependingColumns);

        public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
        {
            Input = input;
            return _mapper!.GetRow(input, activeColumns);
        }

        public void Save(ModelSaveContext ctx) => inner.Save(ctx);

        public IDataView Transform(IDataView input) => inner.Transform(input);
    }

    private sealed class Row
    {
        public float A { get; set; }
    }

    private sealed class Result
    {
        public float C { get; set; }
    }
}
