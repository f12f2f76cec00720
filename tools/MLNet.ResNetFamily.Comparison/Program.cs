using MLNet.ResNetFamily.Comparison;

// Runs the product and PyTorch alternately and prints the table of ratios: ./build.sh bench
var options = Options.Parse(args);
if (options is null)
    return 2;

var wanted = Job.All.Where(options.Wants).ToList();
if (wanted.Count == 0)
{
    Console.Error.WriteLine(
        $"No row's name contains '{options.Rows}'. The rows are:\n  {string.Join("\n  ", Job.All.Select(job => job.Name))}");
    return 2;
}

var peer = options.FindPeer(out var whyNot);
if (peer is null)
    Console.Error.WriteLine($"{whyNot} The table shows the product's own figures.");
var product = new Contestant("dotnet", [options.ProductPath, "bench", "--json"]);
var jobs = wanted.Where(job => job.Folder is null || Directory.Exists(options.FolderOf(job))).ToList();
foreach (var job in wanted.Except(jobs))
    Console.Error.WriteLine($"'{job.Name}' is left out: it needs the folder '{options.FolderOf(job)}'. Name the data with --data.");

var comparisons = new List<Comparison>();
foreach (var job in jobs)
{
    var comparison = Comparison.Run(job, product, peer, options);
    Console.Error.WriteLine(comparison.Summary);
    comparisons.Add(comparison);
}
Table.Write(comparisons, Ceiling.Measure(product, options), Console.Out);
return 0;
