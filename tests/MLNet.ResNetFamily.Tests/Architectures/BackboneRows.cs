namespace MLNet.ResNetFamily.Tests.Architectures;

/// <summary>The rows of the catalog: those of the everyday tests, and the large ones, which take most of the time.</summary>
internal static class BackboneRows
{
    private const long MostMultiplyAdds = 6_000_000_000;
    private const long MostParameters = 60_000_000;
    private static readonly string[] Deep = ["resnet1202_cifar", "preresnet1001_cifar"];

    /// <summary>Every row that is not large, and the cheapest one of each family.</summary>
    public static IReadOnlySet<string> Everyday { get; } = Backbones.All.Where(IsEveryday).Select(row => row.Name)
        .Concat(Backbones.All.GroupBy(row => row.Family).Select(family => family.MinBy(row => Cost(row).MultiplyAdds)!.Name)).ToHashSet();

    private static bool IsEveryday(BackboneSpec row) =>
        Cost(row) is { MultiplyAdds: <= MostMultiplyAdds, Parameters: <= MostParameters } && !Deep.Contains(row.Name);

    private static NetworkCost Cost(BackboneSpec row) => NetworkSummary.CostOf(row);
}
