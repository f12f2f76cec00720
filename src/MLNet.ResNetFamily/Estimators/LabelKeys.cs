using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.ResNetFamily;

/// <summary>Makes keys of labels that are text, as <c>MapValueToKey</c> does in a pipeline.</summary>
internal static class LabelKeys
{
    /// <summary>Whether a column is text.</summary>
    public static bool IsText(IDataView data, string columnName) => data.Schema.GetColumnOrNull(columnName)?.Type is TextDataViewType;

    /// <summary>Training data and validation set with a label that is a key: each set's own classes in alphabetical order.</summary>
    public static (IDataView Data, ImageClassifierTrainer.Options Options) ForTraining(
        IDataView data, ImageClassifierTrainer.Options options)
    {
        var name = options.LabelColumnName;
        if (!IsText(data, name))
            return (data, options);
        if (options.ValidationSet is { } validation && IsText(validation, name))
            options = options with { ValidationSet = Keyed(validation) };
        return (Keyed(data), options);

        IDataView Keyed(IDataView texts) => new MLContext().Transforms.Conversion
            .MapValueToKey(name, keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(texts).Transform(texts);
    }

    /// <summary>A text column as a key of the given names; a column of another type stays as it is.</summary>
    public static IDataView Map(IDataView data, string columnName, IReadOnlyList<string> names)
    {
        if (!IsText(data, columnName))
            return data;
        var mlContext = new MLContext();
        var keyData = mlContext.Data.LoadFromEnumerable(names.Select(name => new ClassName { Name = name }));
        return mlContext.Transforms.Conversion.MapValueToKey(columnName, keyData: keyData).Fit(data).Transform(data);
    }

    /// <summary>The same of a label column, each of whose texts must be one of the names.</summary>
    /// <exception cref="ArgumentException">A row has another text.</exception>
    public static IDataView MapLabels(IDataView data, string columnName, IReadOnlyList<string> names)
    {
        if (IsText(data, columnName) && data.GetColumn<string>(columnName).Except(names).FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException(
                $"Column '{columnName}' has the label '{unknown}', but the classifier knows only {ListText.Quoted(names)}. "
                + "Leave such rows out, or train with this class.");
        }
        return Map(data, columnName, names);
    }

    private sealed class ClassName
    {
        public string Name { get; set; } = "";
    }
}
