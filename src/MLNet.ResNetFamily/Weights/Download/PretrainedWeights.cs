using System.Globalization;

namespace MLNet.ResNetFamily;

/// <summary>The published ImageNet weights that can be downloaded for the backbones of this library.</summary>
/// <remarks>
/// Files are kept in the folder <c>weights</c> under <c>RESNETFAMILY_HOME</c>, else in the platform's cache folder; one put there by hand
/// is found. <c>RESNETFAMILY_MIRROR</c> names a base address to fetch from instead: the host and path of the published address are
/// appended to it.
/// </remarks>
public static class PretrainedWeights
{
    /// <summary>Asks for the most accurate weights of the chosen backbone whose license allows commercial use.</summary>
    public const string ImageNet = "imagenet";

    /// <summary>
    /// Asks for the ImageNet weights of the backbone <c>resnet20_mlnet</c> that ML.NET publishes in the NuGet package
    /// Microsoft.ML.DnnImageFeaturizer.ResNet18 (license MIT): nothing is downloaded. The file is found beside the program where the
    /// package is referenced, else in NuGet's folder of packages; its path may be given instead.
    /// </summary>
    /// <remarks>
    /// The network takes values of 0 to 255 less the means of the channels, where the original takes away a mean image: its features
    /// differ a little from the original's.
    /// </remarks>
    public const string MLNet = "mlnet";

    private const string Registry = "registry.csv";

    /// <summary>Every published file, one row each.</summary>
    public static IReadOnlyList<PublishedWeights> All { get; } = ReadRegistry();

    /// <summary>Looks weights up by their name.</summary>
    /// <param name="name">A name such as <c>resnet50.tv_v2</c>.</param>
    /// <returns>The row of that name, whatever its license.</returns>
    /// <exception cref="ArgumentException">No row has that name; the message lists those of the same backbone.</exception>
    public static PublishedWeights Named(string name)
    {
        if (All.FirstOrDefault(row => row.Name == name) is { } found)
            return found;
        var backbone = name.Split('.')[0];
        var similar = All.Where(row => row.Backbone == backbone || row.Name.StartsWith(backbone + '.', StringComparison.Ordinal)).ToList();
        throw new ArgumentException($"No published weights are named '{name}'. " + (similar.Count > 0
            ? $"Those for '{backbone}': {string.Join(", ", similar.Select(row => row.Name))}."
            : $"Backbones that have some: {BackboneNames}."), nameof(name));
    }

    /// <summary>The most accurate weights of a backbone whose license allows commercial use.</summary>
    /// <param name="backbone">Name of the backbone.</param>
    /// <returns>The row with the highest top-1 accuracy; among equals one with a published hash.</returns>
    /// <exception cref="ArgumentException">The name of the weights is unknown.</exception>
    public static PublishedWeights Best(string backbone) =>
        All.Where(row => row.Backbone == backbone && !row.IsNonCommercial)
            .OrderByDescending(row => row.Top1).ThenByDescending(row => row.Sha256.Length)
            .FirstOrDefault()
        ?? throw new ArgumentException(
            $"No ImageNet weights for '{backbone}' are known that allow commercial use. Backbones that have some: {BackboneNames}. " +
            "Give the path of a weight file instead, or train from random weights.", nameof(backbone));

    /// <summary>Gives the path of a row's file in the cache, fetching it first when it is not there.</summary>
    /// <param name="weights">The row.</param>
    /// <param name="progress">Told of every block that arrives; null for none.</param>
    /// <param name="cancellationToken">Ends the download; what has arrived is kept and continued next time.</param>
    /// <returns>Path of a file whose hash was checked.</returns>
    /// <exception cref="IOException">The file could not be fetched; the message names the address, the hash, and where a file that is
    /// put there by hand is found.</exception>
    /// <exception cref="InvalidDataException">The file has another hash than the published one.</exception>
    public static Task<string> DownloadAsync(
        PublishedWeights weights, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new WeightDownload(weights, DownloadSettings.FromEnvironment(), progress).FetchAsync(cancellationToken);

    private static string BackboneNames => string.Join(", ", All.Select(row => row.Backbone).Distinct());

    private static List<PublishedWeights> ReadRegistry()
    {
        using var reader = new StreamReader(typeof(PretrainedWeights).Assembly.GetManifestResourceStream(Registry)!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => ParseRow(line.Split(',')))];
    }

    private static PublishedWeights ParseRow(string[] fields) => new()
    {
        Name = fields[0],
        Backbone = fields[1],
        Address = new Uri(fields[2]),
        Sha256 = fields[3],
        Top1 = double.Parse(fields[4], CultureInfo.InvariantCulture),
        Top5 = double.Parse(fields[5], CultureInfo.InvariantCulture),
        Preprocessing = new Preprocessing
        {
            ImageSize = int.Parse(fields[6], CultureInfo.InvariantCulture),
            ResizeSize = int.Parse(fields[7], CultureInfo.InvariantCulture),
            Interpolation = Enum.Parse<Interpolation>(fields[8], ignoreCase: true),
            Mean = ParseChannels(fields[9]),
            Std = ParseChannels(fields[10]),
        },
        License = fields[11],
    };

    private static float[] ParseChannels(string field) =>
        [.. field.Split(';').Select(value => float.Parse(value, CultureInfo.InvariantCulture))];
}
