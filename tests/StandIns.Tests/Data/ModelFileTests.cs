using System.IO.Compression;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace StandIns.Tests.Data;

[TestClass]
public class ModelFileTests
{
    [TestMethod]
    public void AChainLoadsInANewContext()
    {
        using var file = new MemoryStream();
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(Rows());
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Key", nameof(Row.Name))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("Back", "Key"))
            .Append(mlContext.Transforms.Concatenate("Both", nameof(Row.Value), nameof(Row.Vector)))
            .Append(mlContext.Transforms.CopyColumns("Copy", "Back"))
            .Append(mlContext.Transforms.DropColumns("Back"));
        mlContext.Model.Save(pipeline.Fit(data), data.Schema, file);
        file.Position = 0;

        var model = new MLContext().Model.Load(file, out _);
        var result = model.Transform(data);

        CollectionAssert.AreEqual(new[] { "Name", "Value", "Vector", "Key", "Both", "Copy" }, result.Schema.Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual(new[] { "one", "two", "one" }, result.GetColumn<string>("Copy").ToArray());
        CollectionAssert.AreEqual(new uint[] { 1, 2, 1 }, result.GetColumn<uint>("Key").ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 2f, 3f }, result.GetColumn<float[]>("Both").First());
    }

    [TestMethod]
    public void TheInputSchemaComesBackWithItsAnnotations()
    {
        using var file = new MemoryStream();
        var mlContext = new MLContext(seed: 1);
        var raw = mlContext.Data.LoadFromEnumerable(Rows());
        var data = mlContext.Transforms.Conversion.MapValueToKey("Key", nameof(Row.Name)).Fit(raw).Transform(raw);
        mlContext.Model.Save(mlContext.Transforms.CopyColumns("Copy", "Key").Fit(data), data.Schema, file);
        file.Position = 0;

        new MLContext().Model.Load(file, out var schema);
        VBuffer<ReadOnlyMemory<char>> values = default;
        schema["Key"].GetKeyValues(ref values);

        CollectionAssert.AreEqual(data.Schema.Select(column => column.ToString()).ToArray(), schema.Select(column => column.ToString()).ToArray());
        CollectionAssert.AreEqual(new[] { "one", "two" }, values.DenseValues().Select(value => value.ToString()).ToArray());
    }

    [TestMethod]
    public void KeysOfNumbersComeBack()
    {
        using var file = new MemoryStream();
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(Rows());
        mlContext.Model.Save(mlContext.Transforms.Conversion.MapValueToKey("Key", nameof(Row.Value)).Fit(data), data.Schema, file);
        file.Position = 0;

        var result = new MLContext().Model.Load(file, out _).Transform(data);

        CollectionAssert.AreEqual(new uint[] { 1, 2, 1 }, result.GetColumn<uint>("Key").ToArray());
    }

    [TestMethod]
    public void TheFileIsAZipWithOneDirectoryATransformer()
    {
        using var file = new MemoryStream();
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(Rows());
        var model = mlContext.Transforms.CopyColumns("A", "Name").Append(mlContext.Transforms.CopyColumns("B", "Name")).Fit(data);
        mlContext.Model.Save(model, data.Schema, file);
        file.Position = 0;

        using var zip = new ZipArchive(file);

        CollectionAssert.IsSubsetOf(
            new[]
            {
                "Schema", "TrainingInfo/Version.txt", "TransformerChain/Model.key",
                "TransformerChain/Transform_000/Model.key", "TransformerChain/Transform_001/Model.key",
            },
            zip.Entries.Select(entry => entry.FullName.Replace('\\', '/')).ToArray());
    }

    [TestMethod]
    public void WithoutASchemaNoneComesBack()
    {
        using var file = new MemoryStream();
        var mlContext = new MLContext(seed: 1);
        mlContext.Model.Save(mlContext.Transforms.CopyColumns("A", "Name").Fit(mlContext.Data.LoadFromEnumerable(Rows())), null, file);
        file.Position = 0;

        new MLContext().Model.Load(file, out var schema);

        Assert.IsNull(schema);
    }

    [TestMethod]
    public void TimesAreColumnsOfASavedSchemaToo()
    {
        using var file = new MemoryStream();
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable([new Moment { At = new(2026, 1, 2), For = TimeSpan.FromHours(1), Where = "here" }]);
        mlContext.Model.Save(mlContext.Transforms.CopyColumns("A", "Where").Fit(data), data.Schema, file);
        file.Position = 0;

        new MLContext().Model.Load(file, out var schema);

        Assert.AreEqual("At:DateTime, For:TimeSpan, Where:String", string.Join(", ", schema.Select(column => $"{column.Name}:{column.Type}")));
    }

    [TestMethod]
    public void WhatIsNoZipIsRefused()
    {
        using var file = new MemoryStream([1, 2, 3, 4]);

        Assert.ThrowsExactly<FormatException>(() => new MLContext().Model.Load(file, out _));
    }

    [TestMethod]
    public void AZipOfSomethingElseIsRefused()
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            zip.CreateEntry("readme.txt");
        file.Position = 0;

        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => new MLContext().Model.Load(file, out _));

        StringAssert.Contains(exception.Message, "Could not load legacy format model");
    }

    [TestMethod]
    public void TheDoorsThatTheLibraryUsesAreThere()
    {
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var core = typeof(SchemaShape).Assembly;
        var version = core.GetType("Microsoft.ML.VersionInfo", throwOnError: true)!;
        var load = core.GetType("Microsoft.ML.ModelLoadContext", throwOnError: true)!;
        var attribute = core.GetType("Microsoft.ML.LoadableClassAttribute", throwOnError: true)!;
        var text = typeof(string);
        var number = typeof(uint);

        Assert.IsNotNull(typeof(ModelSaveContext).GetMethod("CheckAtModel", Any, []));
        Assert.IsNotNull(typeof(ModelSaveContext).GetMethod("SaveBinaryStream", Any, [text, typeof(Action<BinaryWriter>)]));
        Assert.IsNotNull(typeof(ModelSaveContext).GetMethod("SetVersionInfo", Any, [version]));
        Assert.IsNotNull(load.GetMethod("TryLoadBinaryStream", Any, [text, typeof(Action<BinaryReader>)]));
        Assert.IsNotNull(version.GetConstructor(Any, [text, number, number, number, text, text, text]));
        Assert.IsNotNull(attribute.GetConstructor(Any, [typeof(Type), typeof(Type), typeof(Type), typeof(Type), text, typeof(string[])]));
        Assert.IsNotNull(core.GetType("Microsoft.ML.SignatureLoadModel"));
        Assert.IsNotNull(typeof(SchemaShape.Column).GetConstructor(
            Any, [text, typeof(SchemaShape.Column.VectorKind), typeof(DataViewType), typeof(bool), typeof(SchemaShape)]));
        var catalog = typeof(TransformsCatalog).GetInterfaces().Single(type => type.Name == "IInternalCatalog");
        Assert.IsNotNull(catalog.GetProperty("Environment")!.GetValue(new MLContext().Transforms));
    }

    private static Row[] Rows() =>
    [
        new Row { Name = "one", Value = 1, Vector = [2, 3] },
        new Row { Name = "two", Value = 2, Vector = [4, 5] },
        new Row { Name = "one", Value = 1, Vector = [6, 7] },
    ];

    private sealed class Moment
    {
        public DateTime At { get; set; }

        public TimeSpan For { get; set; }

        public string Where { get; set; } = "";
    }

    private sealed class Row
    {
        public string Name { get; set; } = "";

        public float Value { get; set; }

        [VectorType(2)]
        public float[] Vector { get; set; } = [];
    }
}
