using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>What axe-core finds on a page.</summary>
internal static class Accessibility
{
    /// <summary>Fails when a fault is serious or critical.</summary>
    public static async Task AssertAsync(IPage page)
    {
        var faults = (await page.RunAxe()).Violations.Where(fault => fault.Impact is "serious" or "critical")
            .Select(fault => $"{fault.Id}: {fault.Help} ({string.Join(", ", fault.Nodes.Select(node => node.Html))})").ToList();
        Assert.IsEmpty(faults, string.Join('\n', faults));
    }
}
