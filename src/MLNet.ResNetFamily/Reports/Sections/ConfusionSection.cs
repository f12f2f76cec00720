namespace MLNet.ResNetFamily;

/// <summary>What was taken for what.</summary>
internal static class ConfusionSection
{
    // More cells than this squared are too many to look at, and too many for the page.
    private const int MostClasses = 40;
    private const int MostMistakes = 10;

    public static ReportSection Write(Confusion confusion)
    {
        var classes = confusion.Classes.OrderByDescending(MistakeCount).Take(MostClasses).OrderBy(c => c.Index).ToList();
        var shown = classes.Count < confusion.Classes.Count
            ? Html.Of($" Shown are the {classes.Count} classes with the most mistakes of {confusion.Classes.Count}.")
            : Html.Empty;
        return new("confusion", "Confusion matrix", Html.Of($"""
            <p>Each row holds the images of one class, each column what they were taken for; the diagonal is
            right.{shown}</p>
            <div class="controls">
            <fieldset><legend>Show</legend>
            <label><input type="radio" name="cells" value="counts" checked> counts</label>
            <label><input type="radio" name="cells" value="percent"> row percentages</label>
            </fieldset>
            <label>Order <select id="confusion-order"><option value="name">by class</option>
            <option value="mistakes">most confused first</option></select></label>
            </div>
            <div class="beside">
            <div class="scroll" tabindex="0" role="region" aria-label="Confusion matrix">
            <table class="confusion" id="confusion-table">
            <thead><tr><td class="corner">true \ taken for</td>{Html.Each(classes, Heading)}</tr></thead>
            <tbody>
            {Html.Each(classes, row => Row(confusion, classes, row))}
            </tbody></table></div>
            <div>
            {Mistakes(confusion)}
            </div>
            </div>
            """));

        static Html Heading(ClassFigures column) =>
            Html.Of($"""<th scope="col" data-class="{column.Index}"><span>{column.Name}</span></th>""");

        // Of this class, and taken for it.
        static int MistakeCount(ClassFigures c) => c.Count + c.PredictedCount - 2 * c.RightCount;
    }

    private static Html Row(Confusion confusion, IEnumerable<ClassFigures> classes, ClassFigures row) => Html.Of($"""
        <tr data-class="{row.Index}" data-mistakes="{row.Count + row.PredictedCount - 2 * row.RightCount}"><th scope="row">{row.Name}</th>
        {Html.Each(classes, column => Cell(confusion, row, column))}</tr>
        """);

    private static Html Cell(Confusion confusion, ClassFigures row, ClassFigures column)
    {
        var count = confusion[row.Index, column.Index];
        var share = row.Count == 0 ? 0 : (double)count / row.Count;
        var kind = row.Index == column.Index ? "right" : "wrong";
        return Html.Of($"""
            <td data-class="{column.Index}" class="{kind} s{(int)Math.Ceiling(share * 10)}"
            title="{row.Name} taken for {column.Name}: {count} ({share * 100:F0} %)"><span
            class="n">{count}</span><span class="p">{share * 100:F0}</span></td>
            """);
    }

    private static Html Mistakes(Confusion confusion)
    {
        var mistakes = confusion.Mistakes.Take(MostMistakes).ToList();
        if (mistakes.Count == 0)
            return Html.Of($"""<p class="note">There are no mistakes.</p>""");
        return Html.Of($"""
            <h3>Most frequent mistakes</h3>
            <div class="scroll" tabindex="0" role="region" aria-label="Most frequent mistakes">
            <table class="numbers">
            <thead><tr>
            <th scope="col">True class</th><th scope="col" class="text">Taken for</th>
            <th scope="col">Images</th><th scope="col">Of its class</th>
            </tr></thead>
            <tbody>
            {Html.Each(mistakes, Row)}
            </tbody></table></div>
            """);

        Html Row((int Label, int Predicted, int Count) m) => Html.Of($"""
            <tr><th scope="row">{confusion.ClassNames[m.Label]}</th><td class="text">{confusion.ClassNames[m.Predicted]}</td>
            <td>{m.Count}</td><td>{ShareBar.Write((double)m.Count / confusion.Classes[m.Label].Count)}</td></tr>
            """);
    }
}
