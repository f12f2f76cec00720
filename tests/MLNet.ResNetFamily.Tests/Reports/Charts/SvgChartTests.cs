using System.Xml.Linq;

namespace MLNet.ResNetFamily.Tests.Reports;

[TestClass]
public class SvgChartTests
{
    [TestMethod]
    public void NamesOfAxesAndSeriesAreText()
    {
        var chart = new Chart(
            "Loss", "epoch", "loss (nats)",
            [new("<script>", ChartMark.Line, [new(1, 2), new(2, 1)]), new("b", ChartMark.Points, [new(1, 1)])]);

        var svg = XDocument.Parse(SvgChart.Render(chart));

        var texts = svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value).ToList();
        foreach (var expected in new[] { "Loss", "epoch", "loss (nats)", "<script>", "b" })
            CollectionAssert.Contains(texts, expected);
    }

    [TestMethod]
    public void ALogarithmicAxisHasEqualStepsForEqualFactors()
    {
        var scale = new ChartScale([0, 0.01, 1, 100], 0, 400, isLogarithmic: true);

        CollectionAssert.AreEqual(new[] { 0.01, 0.1, 1, 10, 100 }, scale.Ticks.Select(tick => Math.Round(tick, 6)).ToArray());
        Assert.AreEqual(scale.Place(1) - scale.Place(0.1), scale.Place(100) - scale.Place(10), 1e-9);
    }

    [TestMethod]
    public void ALinearAxisHasRoundNumbersAroundItsValues()
    {
        var scale = new ChartScale([0.13, 0.87], 300, 0);

        CollectionAssert.AreEqual(new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 }, scale.Ticks.Select(tick => Math.Round(tick, 6)).ToArray());
        Assert.AreEqual(300, scale.Place(0));
        Assert.AreEqual(0, scale.Place(1), 1e-9);
    }

    [TestMethod]
    [DataRow(0.93, 1.0)]
    [DataRow(2.31, 2.5)]
    [DataRow(0.0009, 0.001)]
    public void ALinearAxisEndsAtARoundNumberAboveAllValues(double highest, double end)
    {
        var scale = new ChartScale([0, 0.1 * highest, highest], 300, 0);

        Assert.AreEqual(end, scale.Ticks[^1], 1e-12);
        Assert.AreEqual(0, scale.Place(end), 1e-9);
    }

    [TestMethod]
    public void WhatIsCountedHasNoHalves()
    {
        var scale = new ChartScale([1, 3], 0, 400);

        CollectionAssert.AreEqual(new double[] { 1, 2, 3 }, scale.Ticks.ToArray());
    }

    [TestMethod]
    [DataRow("identity", 0)]
    [DataRow("ReLU-only pre-activation", 5)]
    public void NamesThatDoNotFitBesideEachOtherAreTurned(string name, int turned)
    {
        var chart = new Chart("t", "x", "y", [new("a", ChartMark.Bars, [.. Enumerable.Range(0, 5).Select(x => new ChartPoint(x, 1))])])
        {
            Categories = [.. Enumerable.Repeat(name, 5)],
        };

        var svg = XDocument.Parse(SvgChart.Render(chart));

        Assert.AreEqual(
            turned, svg.Descendants()
                .Count(element => element.Value == name
                    && ((string?)element.Attribute("transform"))?.Contains("rotate", StringComparison.Ordinal) == true));
    }

    [TestMethod]
    public void ValuesThatAreNoNumbersAreLeftOut()
    {
        var chart = new Chart("t", "x", "y", [new("a", ChartMark.Bars, [new(0, 1), new(1, double.NaN)])])
        {
            Categories = ["one", "failed"],
        };

        var svg = XDocument.Parse(SvgChart.Render(chart));

        Assert.AreEqual(
            1, svg.Descendants().Count(element => element.Name.LocalName == "rect" && (string?)element.Attribute("class") == "fill c0"));
        Assert.IsFalse(svg.ToString().Contains("NaN", StringComparison.Ordinal));
    }
}
