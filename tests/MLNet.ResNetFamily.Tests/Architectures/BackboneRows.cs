namespace MLNet.ResNetFamily.Tests.Architectures;

/// <summary>The rows of the catalog: those of the everyday tests, and the large ones, which take most of the time.</summary>
internal static class BackboneRows
{
    private const long MostMultiplyAdds = 4_500_000_000;
    private const long MostParameters = 60_000_000;
    private static readonly string[] Deep = ["resnet1202_cifar", "preresnet1001_cifar"];

    private static readonly HashSet<string> Everyday = Backbones.All.Where(IsEveryday).Select(row => row.Name)
        .Concat(Backbones.All.GroupBy(row => row.Family).Select(family => family.MinBy(row => Cost(row).MultiplyAdds)!.Name)).ToHashSet();

    /// <summary>Names of every row that is not large, and of the cheapest one of each family.</summary>
    public static IEnumerable<object[]> EverydayNames => Everyday.Select(name => new object[] { name });

    /// <summary>Names of the others.</summary>
    public static IEnumerable<object[]> LargeNames =>
        Backbones.All.Where(row => !Everyday.Contains(row.Name)).Select(row => new object[] { row.Name });

    private static bool IsEveryday(BackboneSpec row) =>
        Cost(row) is { MultiplyAdds: <= MostMultiplyAdds, Parameters: <= MostParameters } && !Deep.Contains(row.Name);

    private static NetworkCost Cost(BackboneSpec row) => NetworkSummary.CostOf(row);
}
