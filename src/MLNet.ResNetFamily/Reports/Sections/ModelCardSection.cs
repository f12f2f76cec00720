using System.Globalization;

namespace MLNet.ResNetFamily;

/// <summary>What the model is, where it comes from and what made it.</summary>
internal static class ModelCardSection
{
    private const string Unknown = "not recorded in the model file";

    /// <summary>The section.</summary>
    /// <param name="classifier">The model.</param>
    /// <param name="measured">What it was measured with.</param>
    /// <param name="options">The options and the name of the data.</param>
    /// <param name="trainingCount">Training images, if that is known.</param>
    public static ReportSection Write(
        IImageClassifier classifier, MeasuredImages measured, ReportOptions options, int? trainingCount)
    {
        (string Name, Html Value)[] rows =
        [
            .. classifier.Members.SelectMany((member, i) => classifier is ImageEnsembleTransformer ensemble
                ? Network(member).Select(row => ($"{row.Name} of network {i + 1}", row.Value))
                    .Append(($"Weight of network {i + 1}", Text($"{ensemble.Weights[i]:P1}")))
                : Network(member)),
            ("Classes", Html.Of(
                $"{measured.ClassNames.Count}: " +
                $"{string.Join(", ", measured.ClassNames.Take(40))}{(measured.ClassNames.Count > 40 ? " …" : "")}")),
            ("Initial weights", Weights(options.Options)),
            ("Options", Html.Of($"{Options(options.Options)}")),
            ("Training data", Html.Of(
                $"{(trainingCount is null ? Unknown : string.Create(CultureInfo.InvariantCulture, $"{trainingCount:N0} images"))}")),
            ("Measured on", Text($"{options.DataName ?? "labeled data"}, {measured.Count:N0} images")),
            ("Time", Html.Of($"{TrainingTime(classifier.Members)}measured in {measured.Seconds:F1} s")),
            ("Hardware", Html.Of($"{Machine.Description}; the network is computed by {Engine(classifier.Members[0])}")),
            ("Software", Html.Of($"MLNet.ResNetFamily {LibraryVersion.Text}, {Machine.Software}")),
        ];
        return new("card", "Model card", Html.Of($"""
            <dl class="card">
            {Html.Each(rows, row => Html.Of($"<div><dt>{row.Name}</dt><dd>{row.Value}</dd></div>"))}
            </dl>
            """));
    }

    private static IEnumerable<(string Name, Html Value)> Network(ImageClassifierTransformer classifier)
    {
        var (spec, preprocessing) = (classifier.Backbone, classifier.Preprocessing);
        var summary = NetworkSummary.Of(spec, preprocessing.ImageSize, classifier.ClassNames.Count);
        var (size, interpolation) = (preprocessing.ImageSize, preprocessing.Interpolation.ToString().ToLowerInvariant());
        return
        [
            ("Backbone", Html.Of($"{spec.Name} ({spec.Family})")),
            ("Paper", Html.Of($"""<a href="{spec.Paper}">{spec.Paper}</a>""")),
            ("Parameters", Text($"{summary.Parameters:N0}")),
            ("Multiply-adds", Text($"{summary.MultiplyAdds:N0} for an image of {size} × {size} pixels")),
            ("Input", Text($"shorter side to {preprocessing.ResizeSize} pixels ({interpolation}), center {size} × {size}")),
            ("EXIF orientation", Html.Of($"{(preprocessing.AppliesExifOrientation ? "applied" : "ignored")}")),
        ];
    }

    private static string Engine(ImageClassifierTransformer classifier) => classifier.EngineInUse == ScoringEngine.OnnxRuntime
        ? $"ONNX Runtime in {(classifier.IsQuantized ? "int8" : "float32")}"
        : FormattableString.Invariant($"libtorch in {classifier.PrecisionInUse}");

    private static Html Text(FormattableString text) => Html.Of($"{FormattableString.Invariant(text)}");

    private static Html Weights(ImageClassifierTrainer.Options? options)
    {
        if (options is null)
            return Html.Of($"{Unknown}");
        if (options.Weights is null)
            return Html.Of($"random");
        if (options.Weights == PretrainedWeights.MLNet)
            return Html.Of($"ML.NET's, of the package {MLNetWeights.Package}, license {MLNetWeights.License}");
        return WeightSource.Find(options.Weights, options.Backbone).Published is { } published
            ? Html.Of($"""{published.Name}, license {published.License}, <a href="{published.Address}">{published.Address.Host}</a>""")
            : Html.Of($"from the file {options.Weights}; its author says under which license");
    }

    private static string Options(ImageClassifierTrainer.Options? options) => options is null ? Unknown : string.Create(
        CultureInfo.InvariantCulture,
        $"{options.Epochs} epochs, batches of {options.BatchSize}, {options.Optimizer} with learning rate " +
        $"{options.EffectiveLearningRate:G3} ({options.Schedule}), ") +
        string.Create(
            CultureInfo.InvariantCulture,
            $"weight decay {options.EffectiveWeightDecay:G3}, label smoothing {options.LabelSmoothing:G3}, trained: " +
            $"{options.FineTune}, seed {options.EffectiveSeed}");

    // A loaded model knows its history without the times.
    private static string TrainingTime(IReadOnlyList<ImageClassifierTransformer> networks) =>
        networks is not [{ History: { Epochs.Count: > 0 } history }] || double.IsNaN(history.Epochs[0].Seconds)
        ? ""
        : string.Create(
            CultureInfo.InvariantCulture,
            $"trained in {TimeSpan.FromSeconds(Math.Round(history.Epochs.Sum(e => e.Seconds))):c} " +
            $"({history.Epochs.Average(e => e.ImagesPerSecond):F0} images per second), ");
}
