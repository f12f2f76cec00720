namespace MLNet.ResNetFamily;

/// <summary>One published weight file: a row of <see cref="PretrainedWeights.All"/>.</summary>
public sealed record PublishedWeights
{
    private const string NonCommercialLicense = "cc-by-nc-4.0";

    /// <summary>Name to ask for it by, for example <c>resnet50.tv_v1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the backbone that the weights belong to.</summary>
    public required string Backbone { get; init; }

    /// <summary>Where the file is published.</summary>
    public required Uri Address { get; init; }

    /// <summary>SHA-256 of the file as 64 hexadecimal digits, or the first digits where only those are published; empty where none are, and
    /// the hash of the first download is kept instead.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Published top-1 accuracy on ImageNet's validation images, in percent.</summary>
    public required double Top1 { get; init; }

    /// <summary>Published top-5 accuracy on ImageNet's validation images, in percent.</summary>
    public required double Top5 { get; init; }

    /// <summary>What was done to images for the published accuracy.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>SPDX identifier of the license, in lower case.</summary>
    public required string License { get; init; }

    /// <summary>Whether commercial use is forbidden. Such weights are taken only when asked for by name.</summary>
    public bool IsNonCommercial => License == NonCommercialLicense;

    /// <summary>Name of the file in the cache folder.</summary>
    public string FileName => Name + Path.GetExtension(Address.AbsolutePath);
}
