namespace MLNet.ResNetFamily.Peers;

/// <summary>A row of ML.NET's data: a file of a folder.</summary>
internal sealed record ImageFile
{
    public string ImagePath { get; init; } = "";

    /// <summary>All files below a folder.</summary>
    public static ImageFile[] All(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order().Select(path => new ImageFile { ImagePath = path })];
}
