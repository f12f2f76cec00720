using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(ITransformer),
    typeof(MulticlassPredictionTransformer),
    null,
    typeof(SignatureLoadModel),
    "",
    MulticlassPredictionTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

/// <summary>What a multiclass model can do: a score for each class, made of one vector.</summary>
internal interface IMulticlassModel : ICanSaveModel
{
    int ClassCount { get; }

    int FeatureCount { get; }

    void Score(in VBuffer<float> features, Span<float> scores);
}

public sealed class MulticlassPredictionTransformer<TModel> : SingleFeaturePredictionTransformerBase<TModel>
    where TModel : class
{
    private const string ScoreName = "Score";
    private const string PredictedLabelName = "PredictedLabel";

    private readonly string _labelColumn;

    internal MulticlassPredictionTransformer(
        IHostEnvironment env, TModel model, DataViewSchema trainSchema, string featureColumn, string labelColumn)
        : base(env.Register("MulticlassPredictionTransformer"), model, trainSchema, featureColumn)
        => _labelColumn = labelColumn;

    private protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(MulticlassPredictionTransformer.Version);
        ctx.SaveModel((IMulticlassModel)Model, MulticlassPredictionTransformer.ModelDirectory);
        ctx.SaveBinaryStream(MulticlassPredictionTransformer.SchemaName, writer => BinarySchema.Write(writer.BaseStream, TrainSchema));
        ctx.SaveStringOrNull(FeatureColumnName);
        ctx.SaveStringOrNull(_labelColumn);
        ctx.SaveStringOrNull(ScoreName);
        ctx.SaveStringOrNull(PredictedLabelName);
    }

    private sealed class Mapper : IRowMapper
    {
        private const int PredictedLabel = 0;
        private const int Score = 1;

        private readonly IMulticlassModel _model;
        private readonly DataViewSchema _inputSchema;
        private readonly DataViewSchema.Column _features;
        private readonly DataViewSchema.Column? _trainLabel;

        public Mapper(MulticlassPredictionTransformer<TModel> parent, DataViewSchema inputSchema)
        {
            _model = (IMulticlassModel)parent.Model;
            _inputSchema = inputSchema;
            _features = parent.FeatureColumnOf(inputSchema);
            _trainLabel = parent.TrainSchema.GetColumnOrNull(parent._labelColumn);
        }

        public DataViewSchema.DetachedColumn[] GetOutputColumns() =>
        [
            new(PredictedLabelName, new KeyDataViewType(typeof(uint), _model.ClassCount), Annotations(PredictedLabelName, AnnotationUtils.Kinds.KeyValues)),
            new(
                ScoreName,
                new VectorDataViewType(NumberDataViewType.Single, _model.ClassCount),
                Annotations(ScoreName, AnnotationUtils.Kinds.SlotNames, AnnotationUtils.Kinds.TrainingLabelValues)),
        ];

        public Func<int, bool> GetDependencies(Func<int, bool> activeOutput)
            => column => column == _features.Index && (activeOutput(PredictedLabel) || activeOutput(Score));

        public Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action disposer)
        {
            disposer = null;
            if (!activeOutput(PredictedLabel) && !activeOutput(Score))
                return new Delegate[2];

            // Both columns come of one computation a row.
            var featureGetter = input.GetGetter<VBuffer<float>>(input.Schema[_features.Index]);
            VBuffer<float> features = default;
            var scores = new float[_model.ClassCount];
            var position = -1L;
            void Compute()
            {
                if (position == input.Position)
                    return;
                featureGetter(ref features);
                Contracts.Check(features.Length == _model.FeatureCount, "The features' size differs from that of the training data.");
                _model.Score(features, scores);
                position = input.Position;
            }

            return
            [
                activeOutput(PredictedLabel) ? new ValueGetter<uint>((ref uint value) =>
                {
                    Compute();
                    value = KeyOfHighest(scores);
                }) : null,
                activeOutput(Score) ? new ValueGetter<VBuffer<float>>((ref VBuffer<float> value) =>
                {
                    Compute();
                    VBuffer<float>.Copy(scores, 0, ref value, scores.Length);
                }) : null,
            ];
        }

        private static object AddAs<TValue>(
            DataViewSchema.Annotations.Builder builder, string kind, DataViewSchema.Annotations annotations, DataViewSchema.Column source)
        {
            builder.Add(kind, source.Type, annotations.GetGetter<TValue>(source));
            return null;
        }

        private static uint KeyOfHighest(float[] scores)
        {
            var highest = -1;
            for (var i = 0; i < scores.Length; i++)
            {
                if (!float.IsNaN(scores[i]) && (highest < 0 || scores[i] > scores[highest]))
                    highest = i;
            }

            return (uint)(highest + 1);
        }

        private DataViewSchema.Annotations Annotations(string valueKind, params string[] labelKinds)
        {
            var builder = new DataViewSchema.Annotations.Builder();
            var keyValues = _trainLabel?.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues);
            if (keyValues?.Type is VectorDataViewType values && values.Size == _model.ClassCount)
            {
                foreach (var kind in labelKinds.Where(kind => kind != AnnotationUtils.Kinds.SlotNames || values.ItemType is TextDataViewType))
                    RowCursorUtils.InvokeGeneric(AddAs<int>, values.RawType, builder, kind, _trainLabel.Value.Annotations, keyValues.Value);
            }

            builder.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreColumnSetId, AnnotationUtils.ScoreColumnSetIdType, ScoreColumnSetId());
            builder.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreColumnKind, TextDataViewType.Instance, "MulticlassClassification".AsMemory());
            builder.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreValueKind, TextDataViewType.Instance, valueKind.AsMemory());
            return builder.ToAnnotations();
        }

        /// <summary>One more than the highest number of the scorers before this one.</summary>
        private uint ScoreColumnSetId()
        {
            uint highest = 0;
            foreach (var column in _inputSchema)
            {
                if (column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.ScoreColumnSetId)?.Type.RawType != typeof(uint))
                    continue;
                uint id = 0;
                column.Annotations.GetValue(AnnotationUtils.Kinds.ScoreColumnSetId, ref id);
                highest = Math.Max(highest, id);
            }

            return highest + 1;
        }
    }
}

internal static class MulticlassPredictionTransformer
{
    public const string LoaderSignature = "MulticlassPredXfer";
    public const string ModelDirectory = "Model";
    public const string SchemaName = "TrainSchema";

    public static VersionInfo Version { get; } = new(
        modelSignature: "MC  PRED",
        verWrittenCur: 0x00010002,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010002,
        loaderAssemblyName: typeof(MulticlassPredictionTransformer).Assembly.FullName,
        loaderSignature: LoaderSignature);

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        ctx.LoadModel<IMulticlassModel, SignatureLoadModel>(env, out var model, ModelDirectory);
        DataViewSchema trainSchema = null;
        ctx.TryLoadBinaryStream(SchemaName, reader => trainSchema = BinarySchema.Read(reader.BaseStream));
        Contracts.CheckDecode(trainSchema is not null, $"Missing {SchemaName}");
        var features = ctx.LoadStringOrNull();
        var label = ctx.LoadStringOrNull();
        ctx.LoadStringOrNull();
        ctx.LoadStringOrNull();
        return (ITransformer)RowCursorUtils.InvokeGeneric(Wrap<object>, model.GetType(), env, model, trainSchema, features, label);
    }

    private static ITransformer Wrap<TModel>(IHostEnvironment env, object model, DataViewSchema trainSchema, string features, string label)
        where TModel : class
        => new MulticlassPredictionTransformer<TModel>(env, (TModel)model, trainSchema, features, label);
}
