namespace MLNet.ResNetFamily;

/// <summary>What weight import does with the classifier that a file holds.</summary>
public enum HeadImport
{
    /// <summary>The file's classifier is loaded and must have the network's number of classes.</summary>
    Required,

    /// <summary>
    /// The file's classifier is loaded when it has the network's number of classes; else the network keeps its own, and the report says so.
    /// </summary>
    IfClassCountFits,

    /// <summary>The network keeps its own classifier, whatever the file holds.</summary>
    Skipped,
}
