using BenchmarkDotNet.Running;

// dotnet run -c Release --project tools/MLNet.ResNetFamily.Benchmarks -- --filter '*' --job short
// In this process: the project that BenchmarkDotNet would generate and build knows nothing of the package source chosen here.
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run([.. args, "--inProcess"]);
