using MLNet.ResNetFamily.Comparison;

// Runs the product and its peers alternately and prints the table of ratios: ./build.sh bench
var options = Options.Parse(args);
if (options is null)
    return 2;

var wanted = Jobs.All.Where(options.Wants).ToList();
if (wanted.Count == 0)
{
    Console.Error.WriteLine(
        $"No row's name contains '{options.Rows}'. The rows are:\n  {string.Join("\n  ", Jobs.All.Select(job => job.Title))}");
    return 2;
}

using var peers = new Peers(options);
var product = new Contestant("dotnet", [options.ProductPath, "bench", "--json"]);
var (comparisons, hasFailed) = (new List<Comparison>(), false);
foreach (var jobs in wanted.GroupBy(peers.WhyNot))
{
    if (jobs.Key is { } whyNot)
        Console.Error.WriteLine($"{whyNot} Rows that are left out for it: {jobs.Count()}.");
    else
        Compare(jobs);
}
if (comparisons.Count > 0)
    Table.Write(comparisons, Ceiling.Measure(product, options), Console.Out);
return hasFailed || comparisons.Count == 0 ? 1 : 0;

void Compare(IEnumerable<Job> jobs)
{
    foreach (var job in jobs)
    {
        try
        {
            comparisons.Add(Comparison.Run(job, product, peers.Of(job), options));
            Console.Error.WriteLine(comparisons[^1].Summary);
        }
        catch (ContestantException error)
        {
            Console.Error.WriteLine($"'{job.Title}' is left out: {error.Message}");
            hasFailed |= !error.IsRefusal;
        }
    }
}
