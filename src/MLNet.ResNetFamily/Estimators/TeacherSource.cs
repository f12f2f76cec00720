using static MLNet.ResNetFamily.OptionCheck;

namespace MLNet.ResNetFamily;

/// <summary>The classifier that a training's options name as its teacher: loaded from a file, or the caller's.</summary>
internal sealed class TeacherSource : IDisposable
{
    private readonly ImageClassifierTransformer _classifier;
    private readonly string _name;
    private readonly bool _isOwned;

    private TeacherSource(ImageClassifierTransformer classifier, string name, bool isOwned)
    {
        (_classifier, _name, _isOwned) = (classifier, name, isOwned);
        if (classifier.IsQuantized)
        {
            throw new ArgumentException(
                $"The teacher {name} is quantized, but a student learns from a model in float32. Take the one that it was made from.",
                nameof(ImageClassifierTrainer.Options.Teacher));
        }
        if (classifier.IsMultiLabel)
        {
            throw new ArgumentException(
                $"The teacher {name} gives an image several labels, but a student learns from a model that gives it one. " +
                "Take such a model, or leave the teacher out.", nameof(ImageClassifierTrainer.Options.Teacher));
        }
        Teacher = new(classifier.Network, classifier.Preprocessing, classifier.ClassNames);
    }

    /// <summary>The teacher.</summary>
    public Teacher Teacher { get; }

    /// <summary>Finds the teacher; null where the options want none.</summary>
    /// <exception cref="ArgumentException">It is no image classifier, or one that cannot teach.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static TeacherSource? Find(ImageClassifierTrainer.Options options)
    {
        Require(
            !options.MultiLabel || (options.Teacher is null && options.TeacherModel is null), nameof(options.Teacher), "set",
            "null where MultiLabel is true: a teacher gives an image one label");
        if (options.TeacherModel is { } model)
        {
            var found = ClassifierFinder.Of(model);
            return found is ImageClassifierTransformer single
                ? new(single, "'TeacherModel'", isOwned: false)
                : throw new ArgumentException(ClassifierFinder.NotOfOneNetwork(found), nameof(options.TeacherModel));
        }
        if (options.Teacher is not { } path)
            return null;
        Require(
            SavedClassifier.IsIn(path), nameof(options.Teacher), $"'{path}'",
            $"the path of a saved image classifier{(File.Exists(path) ? "" : ", and there is no such file")}");
        var classifier = SavedClassifier.Load(path);
        try
        {
            return new(classifier, $"'{path}'", isOwned: true);
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
        if (_classifier.Backbone.InputChannels != spec.InputChannels)
        {
            throw new ArgumentException(
                $"The teacher {_name} takes images of {_classifier.Backbone.InputChannels} channels, but '{spec.Name}' is to be trained " +
                $"on {spec.InputChannels}. Both see the same images: choose another teacher, or the same 'InputChannels'.",
                nameof(ImageClassifierTrainer.Options.Teacher));
        }
        var shared = Teacher.Shared(labels.Names);
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
