using MLNet.ResNetFamily.Cli;
using MLNet.ResNetFamily.TransferAccuracy;

// What ImageNet weights bring on the images of a folder, beside ML.NET's own featurizer: ./build.sh transfer
Options options;
List<Dataset> datasets;
List<Method> methods;
try
{
    options = Options.Parse(args);
    datasets = [.. options.Folders.Select(Dataset.Load)];
    methods = [.. FineTuning.Methods(options), FeatureTraining.OnImageFeaturizer(options)];
}
catch (Exception error) when (error is ArgumentException or InvalidDataException or FileNotFoundException)
{
    Console.Error.WriteLine(error.Text());
    return 2;
}
if (DnnFeaturizer.WhyNot is { } whyNot)
    Console.Error.WriteLine(whyNot);
else
    methods.Add(FeatureTraining.OnDnnFeaturizer());

Console.WriteLine(Table.Head(options));
var hasFailed = false;
foreach (var (dataset, method) in datasets.SelectMany(dataset => methods.Select(method => (dataset, method))))
{
    try
    {
        Console.WriteLine(Table.Row(dataset, method, [.. method.Runs.Select(run => Measured(dataset, method, run))]));
    }
    catch (Exception error) when (error is ArgumentException or InvalidDataException or InvalidOperationException or IOException)
    {
        Console.Error.WriteLine($"{Title(dataset, method)} is left out: {error.Text()}");
        hasFailed = true;
    }
}
return hasFailed ? 1 : 0;

static Outcome Measured(Dataset dataset, Method method, Func<Dataset, Outcome> run)
{
    var outcome = run(dataset);
    Console.Error.WriteLine($"{Title(dataset, method)}: {outcome}");
    return outcome;
}

static string Title(Dataset dataset, Method method) => $"{dataset.Name}, {method.Start}, {method.Learns}";
