using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.ResNetFamily;

/// <summary>
/// Several image classifiers of the same classes as one: adds to data with an image column the weighted mean of their probabilities
/// (<c>Score</c>) and the most probable class (<c>PredictedLabel</c>), or, where an image may get several labels, the classes whose
/// probability reaches their threshold. Each image is read and decoded once, whatever each network's preprocessing makes of it.
/// </summary>
/// <remarks>
/// Made by <see cref="ResNetFamilyCatalog.ImageEnsemble"/>, saved and loaded like any model. Any number of threads may score with one at
/// once. It owns its members; dispose of it when it is no longer used. Where the members' preprocessing differs, images of a column of
/// MLImage or pixels wait for their batch at their own size; give large ones as paths. Krizhevsky et al. (2012),
/// https://papers.nips.cc/paper/4824, section 6, average networks like this; so does the ResNeXt entry to ILSVRC 2016.
/// </remarks>
public sealed class ImageEnsembleTransformer : ITransformer, IDisposable, IImageClassifier
{
    internal const string ModelSignature = "RNF ENSE";
    internal const string LoaderSignature = "ResNetFamilyEnsemble";
    internal const string StreamName = "Ensemble";

    private readonly IHostEnvironment _environment;
    private readonly IReadOnlyList<IReadOnlyList<int>> _classes;

    /// <param name="environment">Where messages go.</param>
    /// <param name="members">At least two; from now on they belong to the ensemble.</param>
    /// <param name="weights">One above 0 for each.</param>
    /// <exception cref="ArgumentException">The members do not go together.</exception>
    internal ImageEnsembleTransformer(
        IHostEnvironment environment, IReadOnlyList<ImageClassifierTransformer> members, IReadOnlyList<double> weights)
    {
        EnsembleCheck.ClassesAndColumns(members);
        (_environment, Members, Weights) = (environment, members, [.. weights.Select(weight => weight / weights.Sum())]);
        _classes = [.. members.Select(member => ClassNames.Select(name => member.ClassNames.ToList().IndexOf(name)).ToArray())];
        Checked(Scoring);
    }

    /// <summary>The classifiers, to be explained or exported one by one; they belong to the ensemble.</summary>
    public IReadOnlyList<ImageClassifierTransformer> Members { get; }

    /// <summary>Part of each member in the mean; they add up to 1.</summary>
    public IReadOnlyList<double> Weights { get; }

    /// <summary>Names of the classes, in the order of the scores: that of the first member.</summary>
    public IReadOnlyList<string> ClassNames => First.ClassNames;

    /// <summary>Whether an image may get several labels, or none, as from each of the members.</summary>
    public bool IsMultiLabel => First.IsMultiLabel;

    /// <summary>
    /// The probability from which on an image gets the label of each class, in the order of <see cref="ClassNames"/>: the weighted mean of
    /// the members' thresholds; null unless <see cref="IsMultiLabel"/>. What is set becomes that of every member, is saved with them, and
    /// counts for data that are transformed afterwards.
    /// </summary>
    /// <exception cref="ArgumentException">There is not one for each class, or one is not from 0 to 1.</exception>
    /// <exception cref="InvalidOperationException">The members give an image one label.</exception>
    public IReadOnlyList<float>? Thresholds
    {
        get => !IsMultiLabel
            ? null
            : [.. ClassNames.Select((_, k) => (float)Members.Select((member, i) => Weights[i] * member.Thresholds![_classes[i][k]]).Sum())];
        set
        {
            First.Thresholds = value;
            foreach (var (member, places) in Members.Zip(_classes).Skip(1))
                member.Thresholds = [.. places.Zip(value!).OrderBy(pair => pair.First).Select(pair => pair.Second)];
        }
    }

    /// <summary>
    /// How data are scored: it is the first member's, and counts for all. A change counts for what is asked for afterwards. What does not
    /// depend on the machine is saved with the model: batch size, handling of bad images, largest image, views, best classes.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// An option is outside its range, or asks for heatmaps, which an ensemble has not.
    /// </exception>
    public ScoringOptions Scoring
    {
        get => First.Scoring;
        set => First.Scoring = Checked(value);
    }

    /// <summary>True: each row is scored by itself.</summary>
    public bool IsRowToRowMapper => true;

    ImageClassifierColumns IImageClassifier.Columns => First.Columns;

    private ImageClassifierTransformer First => Members[0];

    /// <inheritdoc cref="ImageClassifierTransformer.GetOutputSchema"/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema, Scoring).Output;

    /// <inheritdoc cref="ImageClassifierTransformer.Transform(IDataView)"/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return View(input, Scoring, () => Scorer(Scoring));
    }

    IDataView IImageClassifier.Transform(IDataView input, ScoringOptions scoring) => View(input, scoring, () => Scorer(scoring));

    /// <inheritdoc cref="ImageClassifierTransformer.Evaluate"/>
    public MulticlassClassificationMetrics Evaluate(IDataView data, string? labelColumnName = null, int topK = 0) =>
        ClassifierEvaluation.Of(this, data, labelColumnName, topK);

    /// <inheritdoc cref="ImageClassifierTransformer.EvaluateMultiLabel"/>
    public MultiLabelClassificationMetrics EvaluateMultiLabel(IDataView data, string? labelColumnName = null) =>
        ClassifierEvaluation.OfLabelSets(this, data, labelColumnName);

    /// <inheritdoc cref="ImageClassifierTransformer.GetRowToRowMapper"/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
        new ScoredRowMapper(Bind(inputSchema, Scoring), () => Scorer(Scoring));

    /// <summary>Frees the members.</summary>
    public void Dispose() => Members.ToList().ForEach(member => member.Dispose());

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        MLNetInternals.Save(
            ctx, ModelSignature, LoaderSignature, EnsembleHeader.CurrentFormat, StreamName,
            new EnsembleHeader(EnsembleHeader.CurrentFormat, Weights).Write);
        for (var i = 0; i < Members.Count; i++)
            MLNetInternals.SaveModel<ITransformer>(ctx, Members[i], EnsembleHeader.MemberName(i));
    }

    /// <summary>Reads what a save wrote.</summary>
    /// <param name="environment">Where messages go.</param>
    /// <param name="context">What ML.NET hands to a loader.</param>
    internal static ImageEnsembleTransformer Load(IHostEnvironment environment, object context)
    {
        var header = Loaders.Read(context, StreamName, EnsembleHeader.Read);
        var members = new List<ImageClassifierTransformer>();
        try
        {
            for (var i = 0; i < header.Weights.Count; i++)
                members.Add((ImageClassifierTransformer)MLNetInternals.LoadModel(environment, context, EnsembleHeader.MemberName(i)));
            return new(environment, members, header.Weights);
        }
        catch
        {
            members.ForEach(member => member.Dispose());
            throw;
        }
    }

    private static ScoringOptions Checked(ScoringOptions scoring)
    {
        ArgumentNullException.ThrowIfNull(scoring);
        scoring.Validate();
        return !scoring.Heatmap ? scoring : throw new ArgumentException(
            "Scoring option Heatmap is true, but an ensemble has no heatmap: each network has its own. Set it to false, or ask a member.",
            nameof(scoring));
    }

    private ScoredView View(IDataView input, ScoringOptions scoring, Func<ImageScorer> makeScorer) =>
        new(input, Bind(input.Schema, scoring, ImageColumn.Find(input, First.Columns.Image, First.Preprocessing.Channels)), makeScorer);

    private ScoredSchema Bind(DataViewSchema input, ScoringOptions scoring, ImageColumn? image = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        image ??= ImageColumn.Find(input, First.Columns.Image, First.Preprocessing.Channels);
        return new(input, image, First.Outputs(input, Checked(scoring), Thresholds));
    }

    private ImageScorer Scorer(ScoringOptions scoring)
    {
        var members = Members.Select((member, i) => new EnsembleInference.Member(
            member.Inference(scoring), member.Preprocessing, Weights[i], _classes[i]));
        return new(new EnsembleInference(members), scoring, image => NetworkTransform.LogSkipped(_environment, image));
    }
}
