using static MLNet.ResNetFamily.OptionCheck;

namespace MLNet.ResNetFamily;

/// <summary>The classifier that a training's options name as its teacher: loaded from a file, or the caller's.</summary>
internal sealed class TeacherSource : IDisposable
{
    private readonly IImageClassifier _classifier;
    private readonly string _name;
    private readonly bool _isOwned;

    private TeacherSource(IImageClassifier classifier, string name, bool isOwned, bool isMultiLabel)
    {
        (_classifier, _name, _isOwned) = (classifier, name, isOwned);
        if (classifier.Members.Any(member => member.IsQuantized))
        {
            throw new ArgumentException(
                $"The teacher {name} is quantized, but a student learns from a model in float32. Take the one that it was made from.",
                nameof(ImageClassifierTrainer.Options.Teacher));
        }
        if ((classifier.Thresholds is not null) != isMultiLabel)
        {
            throw new ArgumentException(
                $"The teacher {name} gives an image {(isMultiLabel ? "one label" : "several labels")}, but option 'MultiLabel' is " +
                $"{isMultiLabel}. Take a teacher of the kind that is trained, or leave it out.",
                nameof(ImageClassifierTrainer.Options.Teacher));
        }
        var weights = (classifier as ImageEnsembleTransformer)?.Weights ?? [1];
        Teacher = new(
            [.. classifier.Members.Zip(weights, (member, weight) => new TeacherNetwork(
                member.Network, member.Preprocessing, member.ClassNames, weight))], isMultiLabel);
    }

    /// <summary>The teacher.</summary>
    public Teacher Teacher { get; }

    /// <summary>Finds the teacher; null where the options want none.</summary>
    /// <exception cref="ArgumentException">It is no image classifier, or one that cannot teach.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static TeacherSource? Find(ImageClassifierTrainer.Options options)
    {
        if (options.TeacherModel is { } model)
            return new(ClassifierFinder.Of(model), "'TeacherModel'", isOwned: false, options.MultiLabel);
        if (options.Teacher is not { } path)
            return null;
        Require(
            SavedClassifier.IsIn(path), nameof(options.Teacher), $"'{path}'",
            $"the path of a saved image classifier{(File.Exists(path) ? "" : ", and there is no such file")}");
        var classifier = SavedClassifier.LoadAny(path);
        try
        {
            return new(classifier, $"'{path}'", isOwned: true, options.MultiLabel);
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a student that cannot learn from it.</summary>
    /// <param name="spec">The student's backbone.</param>
    /// <param name="labels">Its classes.</param>
    /// <param name="log">Is told which classes the teacher knows.</param>
    /// <exception cref="ArgumentException">The message says what is in the way.</exception>
    public void Check(BackboneSpec spec, ClassLabels labels, Action<string> log)
    {
        var channels = _classifier.Members[0].Backbone.InputChannels;
        if (channels != spec.InputChannels)
        {
            throw new ArgumentException(
                $"The teacher {_name} takes images of {channels} channels, but '{spec.Name}' is to be trained " +
                $"on {spec.InputChannels}. Both see the same images: choose another teacher, or the same 'InputChannels'.",
                nameof(ImageClassifierTrainer.Options.Teacher));
        }
        var shared = Teacher.Networks[0].Shared(labels.Names);
        if (shared.Count < 2)
        {
            throw new ArgumentException(
                $"The teacher {_name} knows {shared.Count} of the classes {ListText.Quoted(labels.Names)}; its own are " +
                $"{ListText.Quoted(_classifier.ClassNames)}. Classes are found by name, and at least 2 must be the same: choose another " +
                "teacher, or name the labels as it does.", nameof(ImageClassifierTrainer.Options.Teacher));
        }
        var unknown = labels.Names.Except(_classifier.ClassNames).ToList();
        log($"The teacher {_name} knows {shared.Count} of the {labels.Count} classes" +
            (unknown.Count == 0 ? "." : $"; labels alone teach {ListText.Quoted(unknown)}."));
    }

    public void Dispose()
    {
        if (_isOwned)
            _classifier.Dispose();
    }
}
