using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

public sealed class LbfgsMaximumEntropyMulticlassTrainer : LbfgsTrainerBase<
    LbfgsMaximumEntropyMulticlassTrainer.Options,
    MulticlassPredictionTransformer<MaximumEntropyModelParameters>,
    MaximumEntropyModelParameters>
{
    private readonly Options _options;

    internal LbfgsMaximumEntropyMulticlassTrainer(IHostEnvironment env, Options options)
        : base(
            env.Register(nameof(LbfgsMaximumEntropyMulticlassTrainer)),
            new(options.FeatureColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false),
            new(options.LabelColumnName, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true),
            options.ExampleWeightColumnName is null
                ? default
                : new(options.ExampleWeightColumnName, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, false))
    {
        Contracts.CheckParam(options.L1Regularization >= 0, nameof(options.L1Regularization), "Must be non-negative");
        Contracts.CheckParam(options.L2Regularization >= 0, nameof(options.L2Regularization), "Must be non-negative");
        Contracts.CheckParam(options.OptimizationTolerance > 0, nameof(options.OptimizationTolerance), "Must be positive");
        Contracts.CheckParam(options.HistorySize > 0, nameof(options.HistorySize), "Must be positive");
        Contracts.CheckParam(options.MaximumNumberOfIterations > 0, nameof(options.MaximumNumberOfIterations), "Must be positive");
        _options = options;
    }

    private protected override MulticlassPredictionTransformer<MaximumEntropyModelParameters> Train(IDataView input)
    {
        var rows = Read(input);
        if (rows.Count == 0)
            throw Host.Except("No valid training instances found, all instances have missing features.");
        using (var channel = Host.Start("Training"))
            channel.Info(MessageSensitivity.None, "Training on {0} rows", rows.Count);

        var classCount = checked((int)((KeyDataViewType)input.Schema[LabelColumn.Name].Type).Count);
        var featureCount = input.Schema[FeatureColumn.Name].Type.GetVectorSize();
        var optimizer = new OrthantWiseOptimizer(
            classCount,
            _options.L1Regularization / rows.Count,
            _options.HistorySize,
            _options.OptimizationTolerance,
            _options.MaximumNumberOfIterations);
        var weights = optimizer.Minimize(
            (current, gradient) => MeanLoss(rows, classCount, featureCount, current, gradient), classCount * (1 + featureCount));

        var model = new MaximumEntropyModelParameters(
            weights[..classCount],
            Enumerable.Range(0, classCount).Select(i => weights.AsSpan(classCount + (i * featureCount), featureCount).ToArray()).ToArray());
        return new MulticlassPredictionTransformer<MaximumEntropyModelParameters>(Host, model, input.Schema, FeatureColumn.Name, LabelColumn.Name);
    }

    private protected override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema)
    {
        inputSchema.TryFindColumn(LabelColumn.Name, out var label);
        var labelAnnotations = new List<SchemaShape.Column>();
        var scoreAnnotations = new List<SchemaShape.Column>();
        if (label.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out var keyValues))
        {
            labelAnnotations.Add(keyValues);
            scoreAnnotations.Add(new(AnnotationUtils.Kinds.TrainingLabelValues, keyValues.Kind, keyValues.ItemType, keyValues.IsKey));
            if (keyValues.ItemType is TextDataViewType)
                scoreAnnotations.Add(new(AnnotationUtils.Kinds.SlotNames, keyValues.Kind, keyValues.ItemType, false));
        }

        labelAnnotations.AddRange(AnnotationUtils.GetTrainerOutputAnnotation());
        scoreAnnotations.AddRange(AnnotationUtils.GetTrainerOutputAnnotation());
        return
        [
            new("Score", SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false, new SchemaShape(scoreAnnotations)),
            new("PredictedLabel", SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true, new SchemaShape(labelAnnotations)),
        ];
    }

    /// <summary>The rows that miss neither a feature nor their label nor their weight.</summary>
    private List<(float[] Features, int Label, float Weight)> Read(IDataView input)
    {
        var features = input.Schema[FeatureColumn.Name];
        var label = input.Schema[LabelColumn.Name];
        var weight = WeightColumn.IsValid ? input.Schema[WeightColumn.Name] : (DataViewSchema.Column?)null;
        var columns = new List<DataViewSchema.Column> { features, label };
        if (weight is { } needed)
            columns.Add(needed);

        var rows = new List<(float[], int, float)>();
        using var cursor = input.GetRowCursor(columns);
        var featureGetter = cursor.GetGetter<VBuffer<float>>(features);
        var labelGetter = cursor.GetGetter<uint>(label);
        var weightGetter = weight is { } given ? cursor.GetGetter<float>(given) : null;
        VBuffer<float> vector = default;
        uint key = 0;
        var rowWeight = 1f;
        while (cursor.MoveNext())
        {
            featureGetter(ref vector);
            labelGetter(ref key);
            weightGetter?.Invoke(ref rowWeight);
            var values = vector.DenseValues().ToArray();
            if (key > 0 && float.IsFinite(rowWeight) && values.All(float.IsFinite))
                rows.Add((values, (int)key - 1, rowWeight));
        }

        return rows;
    }

    /// <summary>The mean over the rows of the cross entropy, with the quadratic penalty; biases come first and carry none.</summary>
    private double MeanLoss(
        List<(float[] Features, int Label, float Weight)> rows, int classCount, int featureCount, float[] weights, float[] gradient)
    {
        Array.Clear(gradient);
        Span<float> scores = new float[classCount];
        double loss = 0, total = 0;
        foreach (var (features, label, rowWeight) in rows)
        {
            for (var i = 0; i < classCount; i++)
                scores[i] = weights[i] + Linear.Dot(features, weights.AsSpan(classCount + (i * featureCount), featureCount));
            var correct = scores[label];
            loss += rowWeight * (Linear.SoftMax(scores) - correct);
            total += rowWeight;
            for (var i = 0; i < classCount; i++)
            {
                var error = rowWeight * (scores[i] - (i == label ? 1 : 0));
                gradient[i] += error;
                Linear.AddScaled(features, error, gradient.AsSpan(classCount + (i * featureCount), featureCount));
            }
        }

        var penalized = weights.AsSpan(classCount);
        loss += 0.5 * _options.L2Regularization * Linear.Dot(penalized, penalized);
        Linear.AddScaled(penalized, _options.L2Regularization, gradient.AsSpan(classCount));
        for (var i = 0; i < gradient.Length; i++)
            gradient[i] /= (float)total;
        return loss / total;
    }

    public sealed class Options : OptionsBase
    {
    }
}
