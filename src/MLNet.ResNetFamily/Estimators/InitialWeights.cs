namespace MLNet.ResNetFamily;

/// <summary>Where a training's first weights come from: chance, a weight file, or a classifier that was trained and saved before.</summary>
internal sealed class InitialWeights : IDisposable
{
    private readonly string? _wanted;
    private readonly WeightFile? _file;
    private readonly ImageClassifierTransformer? _classifier;

    private InitialWeights(string? wanted, WeightFile? file, ImageClassifierTransformer? classifier, Preprocessing? preprocessing) =>
        (_wanted, _file, _classifier, Preprocessing) = (wanted, file, classifier, preprocessing);

    /// <summary>What is done to images for these weights; null where that is not known.</summary>
    public Preprocessing? Preprocessing { get; }

    /// <summary>Finds and fetches the weights that the options name.</summary>
    /// <exception cref="ArgumentException">They belong to another backbone or to other preprocessing.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="IOException">Published weights could not be fetched.</exception>
    public static InitialWeights Find(ImageClassifierTrainer.Options options)
    {
        if (options.Weights is not { } wanted)
            return new(null, null, null, null);
        if (SavedClassifier.IsIn(wanted))
        {
            var classifier = SavedClassifier.Load(wanted);
            try
            {
                Check(wanted, classifier, options);
                return new(wanted, null, classifier, classifier.Preprocessing);
            }
            catch
            {
                classifier.Dispose();
                throw;
            }
        }
        var (file, preprocessing) = WeightSource.Find(wanted, options.Backbone).Open(cancellationToken: options.CancellationToken);
        return new(wanted, file, null, preprocessing);
    }

    /// <summary>Puts the weights into a network. Classes that a saved classifier knows keep what was learned of them.</summary>
    /// <exception cref="InvalidDataException">The weights do not fit the network.</exception>
    public void LoadInto(ImageClassifierNetwork network, ClassLabels labels, Action<string> log)
    {
        if (_classifier is not null)
            log(WeightTransfer.Copy(_classifier, _wanted!, network, labels.Names));
        else if (_file is not null)
            log($"{WeightImport.LoadWhole(network, _file, HeadImport.IfClassCountFits)}.");
    }

    public void Dispose()
    {
        _classifier?.Dispose();
        _file?.Dispose();
    }

    private static void Check(string path, ImageClassifierTransformer classifier, ImageClassifierTrainer.Options options)
    {
        if (classifier.Backbone.Name != options.Backbone.Name)
        {
            throw new ArgumentException(
                $"Weights '{path}' are a saved '{classifier.Backbone.Name}', but option 'Backbone' is '{options.Backbone.Name}'. " +
                "Choose the same backbone.", nameof(options.Weights));
        }
        if (classifier.Backbone.InputChannels != options.Backbone.InputChannels)
        {
            throw new ArgumentException(
                $"Weights '{path}' are of a model that takes images of {classifier.Backbone.InputChannels} channels, but option " +
                $"'Backbone' takes {options.Backbone.InputChannels}. Choose the same number of InputChannels.", nameof(options.Weights));
        }
        if (options.Preprocessing is { } wanted
            && (!wanted.Mean.SequenceEqual(classifier.Preprocessing.Mean) || !wanted.Std.SequenceEqual(classifier.Preprocessing.Std)))
        {
            throw new ArgumentException(
                $"Weights '{path}' were trained on images with mean [{string.Join(", ", classifier.Preprocessing.Mean)}] " +
                $"and standard deviation [{string.Join(", ", classifier.Preprocessing.Std)}], but option 'Preprocessing' says " +
                $"[{string.Join(", ", wanted.Mean)}] and " +
                $"[{string.Join(", ", wanted.Std)}]. Leave 'Preprocessing' null to take that of the model.", nameof(options.Preprocessing));
        }
    }
}
