namespace MLNet.ResNetFamily.Tests.Reports;

[TestClass]
public sealed class HtmlTests
{
    [TestMethod]
    public void ValuesAreTextAndNeverMarkup()
    {
        var name = "<script>\"it's\" & more</script>";

        var html = Html.Of($"<td title=\"{name}\">{name}</td>").ToString();

        const string Escaped = "&lt;script&gt;&quot;it&#39;s&quot; &amp; more&lt;/script&gt;";
        Assert.AreEqual($"<td title=\"{Escaped}\">{Escaped}</td>", html);
    }

    [TestMethod]
    public void PiecesOfHtmlAreNotEscapedAgain()
    {
        var inner = Html.Of($"<b>{"<"}</b>");

        Assert.AreEqual("<p><b>&lt;</b></p>", Html.Of($"<p>{inner}</p>").ToString());
    }

    [TestMethod]
    public void NumbersHaveAPointWhateverTheCountry()
    {
        Assert.AreEqual("0.5 1.50", Html.Of($"{0.5} {1.5:F2}").ToString());
    }
}
