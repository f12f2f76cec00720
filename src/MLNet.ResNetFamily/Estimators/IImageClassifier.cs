using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>A classifier of one network or of several, as reports and commands see it.</summary>
internal interface IImageClassifier : ITransformer, IDisposable
{
    /// <summary>Names of the classes, in the order of the scores.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>Names of the columns that it reads and adds.</summary>
    ImageClassifierColumns Columns { get; }

    /// <summary>From which probability on an image gets the label of each class; null where it gets one label.</summary>
    IReadOnlyList<float>? Thresholds { get; }

    /// <summary>How data are scored.</summary>
    ScoringOptions Scoring { get; }

    /// <summary>The classifiers of one network that it is made of; itself, where it has one network.</summary>
    IReadOnlyList<ImageClassifierTransformer> Members { get; }

    /// <summary>Adds its columns as the given options say; other data that are scored meanwhile are not concerned.</summary>
    IDataView Transform(IDataView input, ScoringOptions scoring);
}
