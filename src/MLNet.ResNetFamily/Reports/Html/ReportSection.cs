namespace MLNet.ResNetFamily;

/// <summary>A part of the report with a heading of its own.</summary>
/// <param name="Id">Where links point, unique on the page.</param>
/// <param name="Title">The heading.</param>
/// <param name="Content">What stands below it.</param>
internal sealed record ReportSection(string Id, string Title, Html Content);
