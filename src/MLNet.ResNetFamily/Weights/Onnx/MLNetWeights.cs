namespace MLNet.ResNetFamily;

/// <summary>
/// The ImageNet weights that ML.NET publishes as a NuGet package: found where NuGet puts them, and never downloaded by this library.
/// </summary>
internal static class MLNetWeights
{
    /// <summary>The package that brings the file.</summary>
    public const string Package = "Microsoft.ML.DnnImageFeaturizer.ResNet18";

    /// <summary>SPDX identifier of the package's license.</summary>
    public const string License = "MIT";

    private static readonly string FileInPackage = Path.Combine("DnnImageModels", "ResNet18Onnx", "ResNet18.onnx");

    /// <summary>Whether <see cref="Find()"/> finds the file.</summary>
    public static bool IsPresent => FindOrNull(AppContext.BaseDirectory, PackagesFolder) is not null;

    /// <summary>The path of the file: beside the program, where a referenced package puts it, else in NuGet's folder of packages.</summary>
    /// <exception cref="FileNotFoundException">The package is in neither place.</exception>
    public static string Find() => Find(AppContext.BaseDirectory, PackagesFolder);

    /// <summary>The path of the file in the given places.</summary>
    public static string Find(string programFolder, string packagesFolder) =>
        FindOrNull(programFolder, packagesFolder) ?? throw new FileNotFoundException(
            $"Weights '{PretrainedWeights.MLNet}' are not on this machine: there is neither '{Beside(programFolder)}' nor a version of " +
            $"the package in '{Versions(packagesFolder)}'. Add it to the program ('dotnet add package {Package}'), or give the path of " +
            $"its file '{Path.GetFileName(FileInPackage)}' as the weights.", Beside(programFolder));

    private static string? FindOrNull(string programFolder, string packagesFolder) =>
        File.Exists(Beside(programFolder)) ? Beside(programFolder) : InPackages(Versions(packagesFolder));

    private static string Beside(string programFolder) => Path.Combine(programFolder, FileInPackage);

    private static string Versions(string packagesFolder) => Path.Combine(packagesFolder, Package.ToLowerInvariant());

    private static string PackagesFolder => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    // The newest version; all have held the same network so far.
    private static string? InPackages(string versions) => !Directory.Exists(versions) ? null : Directory.EnumerateDirectories(versions)
        .OrderByDescending(folder => Version.TryParse(Path.GetFileName(folder).Split('-')[0], out var version) ? version : new Version())
        .Select(folder => Path.Combine(folder, "tools", FileInPackage))
        .FirstOrDefault(File.Exists);
}
