using System.Xml.Linq;

namespace MLNet.ResNetFamily.Tests.Reports;

[TestClass]
public class ChartTests
{
    [TestMethod]
    public void ItsTextIsAnSvgElementWithItsNames()
    {
        var chart = Chart.Line("Accuracy", "epoch", "right (%)", ("slow", [10, 20]), ("fast", [50, double.NaN, 90]));

        var texts = XElement.Parse(chart.ToString()).Descendants().Where(element => element.Name.LocalName == "text")
            .Select(element => element.Value).ToList();

        CollectionAssert.IsSubsetOf(new[] { "Accuracy", "epoch", "right (%)", "slow", "fast" }, texts);
    }

    [TestMethod]
    public void BarsStandOverTheirNames()
    {
        var svg = XElement.Parse(Chart.Bars("Recall", "class", "recall (%)", ("cat", 90), ("dog", 80)).ToString());

        Assert.HasCount(
            2, svg.Descendants().Where(element => element.Name.LocalName == "rect" && (string?)element.Attribute("class") == "fill c0"));
        CollectionAssert.IsSubsetOf(new[] { "cat", "dog" }, svg.Descendants().Select(element => element.Value).ToList());
    }

    [TestMethod]
    public void PointsHaveNames()
    {
        var svg = Chart.Points("Costs", "x", "y", ("networks", [(1, 2, "resnet18"), (3, 4, null)])).ToString();

        StringAssert.Contains(svg, "resnet18");
    }

    [TestMethod]
    public void MoreSeriesThanColoursAreRefused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => Chart.Line("t", "x", "y", [.. Enumerable.Range(0, 7).Select(i => ($"{i}", (IEnumerable<double>)[i]))]));
}
