namespace MLNet.ResNetFamily;

/// <summary>A share from 0 to 1 as a bar with its number.</summary>
internal static class ShareBar
{
    public static Html Write(double share) =>
        Html.Of($"""<span class="bar"><i style="width:{share * 100:F1}%"></i></span>{share * 100:F1} %""");

    /// <summary>A number as a part of the largest one.</summary>
    public static Html Write(int count, int largest) =>
        Html.Of($"""<span class="bar"><i style="width:{(largest == 0 ? 0 : 100.0 * count / largest):F1}%"></i></span>{count:N0}""");
}
