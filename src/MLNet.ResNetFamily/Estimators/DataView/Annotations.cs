using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>
/// Names and values of the annotations that ML.NET gives to the columns of a multiclass scorer; Evaluate and others look for them.
/// </summary>
internal static class Annotations
{
    public const string KeyValues = "KeyValues";
    public const string SlotNames = "SlotNames";
    public const string TrainingLabelValues = "TrainingLabelValues";

    private const string ScoreColumnSetId = "ScoreColumnSetId";
    private const string ScoreColumnKind = "ScoreColumnKind";
    private const string ScoreValueKind = "ScoreValueKind";
    /// <summary>The kind of the score columns where an image gets one label.</summary>
    public const string MulticlassClassification = "MulticlassClassification";

    /// <summary>The kind where an image may get several; ML.NET has none of its own, and its multiclass figures do not suit.</summary>
    public const string MultiLabelClassification = "MultiLabelClassification";

    private static readonly KeyDataViewType SetIdType = new(typeof(uint), int.MaxValue);

    /// <summary>A number for the score columns that belong together, which no column of the input has yet.</summary>
    public static uint NextScoreSet(DataViewSchema input)
    {
        uint last = 0;
        foreach (var column in input.Where(c => SetIdType.Equals(c.Annotations.Schema.GetColumnOrNull(ScoreColumnSetId)?.Type)))
        {
            uint number = 0;
            column.Annotations.GetValue(ScoreColumnSetId, ref number);
            last = Math.Max(last, number);
        }
        return last + 1;
    }

    /// <summary>Of the scores: class names, the label's values and what the column is.</summary>
    public static DataViewSchema.Annotations OfScore(ClassLabels labels, uint scoreSet, string scoreKind)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        AddKinds(builder, "Score", scoreSet, scoreKind);
        ClassLabels.Of(labels.Names).AddValues(builder, SlotNames);
        labels.AddValues(builder, TrainingLabelValues);
        return builder.ToAnnotations();
    }

    /// <summary>Of the predicted label: the label's values and what the column is.</summary>
    /// <param name="labels">The classes that the column's key stands for; null where the column is no key.</param>
    /// <param name="scoreSet">Number of the score columns.</param>
    /// <param name="scoreKind">Kind of the score columns.</param>
    public static DataViewSchema.Annotations OfPredictedLabel(ClassLabels? labels, uint scoreSet, string scoreKind)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        AddKinds(builder, "PredictedLabel", scoreSet, scoreKind);
        labels?.AddValues(builder, KeyValues);
        return builder.ToAnnotations();
    }

    /// <summary>The same of the scores as an estimator promises it.</summary>
    /// <param name="label">The label column.</param>
    public static SchemaShape ShapeOfScore(SchemaShape.Column label) => new(
    [
        .. CommonShape(),
        MLNetInternals.ShapeColumn(SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance),
        .. LabelValues(label).Select(values => MLNetInternals.ShapeColumn(TrainingLabelValues, values.Kind, values.ItemType)),
        .. label.IsKey
            ? []
            : (SchemaShape.Column[])[MLNetInternals.ShapeColumn(TrainingLabelValues, SchemaShape.Column.VectorKind.Vector, label.ItemType)],
    ]);

    /// <summary>The same of the predicted label as an estimator promises it.</summary>
    /// <param name="label">The label column.</param>
    public static SchemaShape ShapeOfPredictedLabel(SchemaShape.Column label) => new(
    [
        .. CommonShape(),
        .. LabelValues(label).Select(values => MLNetInternals.ShapeColumn(KeyValues, values.Kind, values.ItemType)),
    ]);

    private static void AddKinds(DataViewSchema.Annotations.Builder builder, string valueKind, uint scoreSet, string scoreKind)
    {
        builder.Add(ScoreColumnSetId, SetIdType, (ref uint value) => value = scoreSet);
        builder.Add(ScoreColumnKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = scoreKind.AsMemory());
        builder.Add(ScoreValueKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = valueKind.AsMemory());
    }

    private static IEnumerable<SchemaShape.Column> CommonShape() =>
    [
        MLNetInternals.ShapeColumn(ScoreColumnKind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance),
        MLNetInternals.ShapeColumn(ScoreValueKind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance),
        MLNetInternals.ShapeColumn(ScoreColumnSetId, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true),
    ];

    private static IEnumerable<SchemaShape.Column> LabelValues(SchemaShape.Column label) =>
        label.Annotations.Where(a => a.Name == KeyValues && a.Kind == SchemaShape.Column.VectorKind.Vector);
}
