using MLNet.ResNetFamily.Golden;
using TorchSharp;

if (args.Length == 0)
{
    Console.Error.WriteLine("Give files of golden values, or folders of them: golden FILE_OR_FOLDER...");
    return 2;
}
var files = new List<string>();
foreach (var path in args)
{
    if (Directory.Exists(path))
        files.AddRange(Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal));
    else if (File.Exists(path))
        files.Add(path);
    else
    {
        Console.Error.WriteLine($"There is no file or folder '{Path.GetFullPath(path)}'. Give files of golden values, or folders of them.");
        return 2;
    }
}

// libtorch starts with one thread on some systems.
torch.set_num_threads(Environment.ProcessorCount);
var failed = files.Count == 0;
if (failed)
    Console.Error.WriteLine($"There is no file of golden values in {string.Join(", ", args)}.");
foreach (var file in files)
{
    var report = GoldenCheck.Run(file);
    Console.WriteLine(report);
    failed |= !report.IsOk;
}
return failed ? 1 : 0;
