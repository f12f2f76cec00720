using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

public interface ITrainerEstimator<out TTransformer, out TModel> : IEstimator<TTransformer>
    where TTransformer : IPredictionTransformer<TModel>
    where TModel : class
{
    TrainerInfo Info { get; }
}

public abstract class TrainerEstimatorBase<TTransformer, TModel> : ITrainerEstimator<TTransformer, TModel>
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    public readonly SchemaShape.Column FeatureColumn;
    public readonly SchemaShape.Column LabelColumn;
    public readonly SchemaShape.Column WeightColumn;

    private protected readonly IHost Host;

    private protected TrainerEstimatorBase(
        IHost host, SchemaShape.Column feature, SchemaShape.Column label, SchemaShape.Column weight = default)
    {
        Host = host;
        FeatureColumn = feature;
        LabelColumn = label;
        WeightColumn = weight;
    }

    public abstract TrainerInfo Info { get; }

    public TTransformer Fit(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        CheckInputSchema(SchemaShape.Create(input.Schema));
        return Train(input);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        CheckInputSchema(inputSchema);
        var result = inputSchema.ToDictionary(column => column.Name);
        foreach (var column in GetOutputColumnsCore(inputSchema))
            result[column.Name] = column;
        return new SchemaShape(result.Values);
    }

    private protected abstract TTransformer Train(IDataView input);

    private protected abstract SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema);

    private void CheckInputSchema(SchemaShape schema)
    {
        CheckColumn(schema, "feature", FeatureColumn);
        CheckColumn(schema, "label", LabelColumn);
        if (WeightColumn.IsValid)
            CheckColumn(schema, "weight", WeightColumn);
    }

    private void CheckColumn(SchemaShape schema, string role, SchemaShape.Column needed)
    {
        if (!schema.TryFindColumn(needed.Name, out var found))
            throw Host.ExceptSchemaMismatch("inputSchema", role, needed.Name);
        if (!needed.IsCompatibleWith(found))
            throw Host.ExceptSchemaMismatch("inputSchema", role, needed.Name, needed.GetTypeString(), found.GetTypeString());
    }
}
