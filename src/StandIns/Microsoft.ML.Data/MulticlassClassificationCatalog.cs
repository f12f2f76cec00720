using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed class MulticlassClassificationCatalog : TrainCatalogBase
{
    private readonly DataOperationsCatalog _data;

    internal MulticlassClassificationCatalog(LocalEnvironment env) : base(env)
    {
        _data = new DataOperationsCatalog(env);
        Trainers = new MulticlassClassificationTrainers(this);
    }

    public MulticlassClassificationTrainers Trainers { get; }

    public MulticlassClassificationMetrics Evaluate(
        IDataView data,
        string labelColumnName = "Label",
        string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel",
        int topKPredictionCount = 0)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckNonEmpty(labelColumnName, nameof(labelColumnName));
        Contracts.CheckNonEmpty(scoreColumnName, nameof(scoreColumnName));
        Contracts.CheckNonEmpty(predictedLabelColumnName, nameof(predictedLabelColumnName));
        Contracts.CheckParam(topKPredictionCount >= 0, nameof(topKPredictionCount), "Must be non-negative");
        return MulticlassClassificationEvaluator.Evaluate(
            data, labelColumnName, scoreColumnName, predictedLabelColumnName, topKPredictionCount);
    }

    public IReadOnlyList<CrossValidationResult<MulticlassClassificationMetrics>> CrossValidate(
        IDataView data,
        IEstimator<ITransformer> estimator,
        int numberOfFolds = 5,
        string labelColumnName = "Label",
        string samplingKeyColumnName = null,
        int? seed = null)
    {
        Contracts.CheckValue(estimator, nameof(estimator));
        Contracts.CheckNonEmpty(labelColumnName, nameof(labelColumnName));
        return _data.CrossValidationSplit(data, numberOfFolds, samplingKeyColumnName, seed)
            .Select((split, fold) =>
            {
                var model = estimator.Fit(split.TrainSet);
                var scores = model.Transform(split.TestSet);
                return new CrossValidationResult<MulticlassClassificationMetrics>(model, Evaluate(scores, labelColumnName), scores, fold);
            })
            .ToArray();
    }

    public sealed class MulticlassClassificationTrainers : CatalogInstantiatorBase
    {
        internal MulticlassClassificationTrainers(MulticlassClassificationCatalog catalog) : base(catalog)
        {
        }
    }
}
