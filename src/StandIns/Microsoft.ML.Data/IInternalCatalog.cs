using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>What carries an environment but does not show it; always implemented explicitly.</summary>
internal interface IInternalCatalog
{
    IHostEnvironment Environment { get; }
}

internal static class CatalogUtils
{
    public static IHostEnvironment GetEnvironment(this IInternalCatalog catalog) => catalog.Environment;
}
