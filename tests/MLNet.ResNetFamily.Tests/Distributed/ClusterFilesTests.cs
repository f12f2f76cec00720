using System.Globalization;
using System.Text.Json.Nodes;

namespace MLNet.ResNetFamily.Tests.Distributed;

/// <summary>What docs/scaling.md gives to a cluster.</summary>
[TestClass]
public sealed class ClusterFilesTests
{
    private static readonly JsonObject Schema =
        Read("tests", "MLNet.ResNetFamily.Tests", "Distributed", "mpijob-v2beta1.json");

    [TestMethod]
    public void TheManifestHasTheFieldsOfAnMpiJob()
    {
        var errors = Misfits(Read("docs", "cluster", "mpijob.json"), Schema, "$").ToList();

        Assert.IsEmpty(errors, string.Join('\n', errors));
    }

    [TestMethod]
    [DataRow("spec.slotsPerWorkers", "1", "$.spec.slotsPerWorkers is no field")]
    [DataRow("spec.slotsPerWorker", "\"1\"", "$.spec.slotsPerWorker is no integer")]
    [DataRow("spec.runPolicy.cleanPodPolicy", "\"Some\"", "$.spec.runPolicy.cleanPodPolicy is none of None, Running, All")]
    [DataRow("spec.mpiReplicaSpecs", "{}", "$.spec.mpiReplicaSpecs lacks Launcher")]
    public void AMistakeInItIsNoticed(string path, string value, string expected)
    {
        var manifest = Read("docs", "cluster", "mpijob.json");
        var steps = path.Split('.');
        steps[..^1].Aggregate((JsonNode)manifest, (node, step) => node[step]!)[steps[^1]] = JsonNode.Parse(value);

        Assert.Contains(expected, Misfits(manifest, Schema, "$").ToList());
    }

    [TestMethod]
    public void ItStartsAsManyProcessesAsThereAreSlots()
    {
        var spec = Read("docs", "cluster", "mpijob.json")["spec"]!;
        var arguments = spec["mpiReplicaSpecs"]!["Launcher"]!["template"]!["spec"]!["containers"]![0]!["args"]!.AsArray()
            .Select(argument => (string)argument!).ToList();

        var slots = (int)spec["slotsPerWorker"]! * (int)spec["mpiReplicaSpecs"]!["Worker"]!["replicas"]!;

        Assert.AreEqual(slots, int.Parse(arguments[arguments.IndexOf("-n") + 1], CultureInfo.InvariantCulture));
    }

    [TestMethod]
    public void TheTableOnPaperFollowsFromItsFormula()
    {
        const double Link = 25e9, Latency = 5e-6, Piece = 25e6;
        const int Gpus = 64;
        string[] names = ["resnet50", "densenet121"];
        var page = File.ReadAllText(RepositoryFolder.File("docs", "scaling.md"));

        double[] weights = [.. names.Select(name => (double)KnownCosts.ByName[name].Parameters)];
        var counts = names.Zip(weights).ToDictionary(entry => entry.Second, entry => MessageCount(entry.First));
        Expect("weights P", weight => FormattableString.Invariant($"{weight:N0}"));
        Expect("gradients, 4 P", weight => FormattableString.Invariant($"{4 * weight / 1e6:F1} MB"));
        Expect("sent by each GPU in a step", weight => FormattableString.Invariant($"{Sent(weight) / 1e6:F1} MB"));
        Expect("ring, second term", weight => FormattableString.Invariant($"{1000 * Sent(weight) / Link:F2} ms"));
        Expect("messages k", weight => FormattableString.Invariant($"{counts[weight]}"));
        Expect("messages, third term", weight => FormattableString.Invariant($"{1000 * Messages(weight, Gpus):F2} ms"));
        foreach (var (batch, rate) in new[] { (32, 500.0), (32, 2000), (128, 2000) })
        {
            Expect(
                FormattableString.Invariant($"efficiency at B = {batch}, r = {rate:N0} images/s"),
                weight => FormattableString.Invariant($"{100 * Efficiency(weight, batch / rate, Gpus):F0} %"));
        }
        foreach (var rate in new[] { 500.0, 2000 })
        {
            Expect(
                FormattableString.Invariant($"smallest B for 90 %, r = {rate:N0} images/s"),
                weight => FormattableString.Invariant(
                    $"{Enumerable.Range(1, 1000).First(batch => Efficiency(weight, batch / rate, Gpus) >= 0.9)}"));
        }
        Expect(
            "N where the efficiency falls below 50 %, B = 128, r = 2,000 images/s",
            weight => FormattableString.Invariant($"{Enumerable.Range(2, 9999).First(n => Efficiency(weight, 128 / 2000.0, n) < 0.5):N0}"));

        void Expect(string row, Func<double, string> cell) =>
            StringAssert.Contains(page, $"\n| {row} | {string.Join(" | ", weights.Select(cell))} |\n");

        static double Sent(double weight) => 2.0 * (Gpus - 1) / Gpus * 4 * weight;

        static double MessageCount(string name)
        {
            using var network = Initialization.LeaveOut(() => new ImageClassifierNetwork(Backbones.Named(name), 1000));
            var lengths = network.parameters().Select(parameter => parameter.numel()).ToLookup(length => length >= GradientSum.LargeLength);
            return lengths[true].Sum(length => Math.Ceiling(4 * length / Piece)) + Math.Ceiling(4 * lengths[false].Sum() / Piece);
        }

        double Messages(double weight, int processes) => 2 * (processes - 1) * Latency * counts[weight];

        double Efficiency(double weight, double computing, int processes) =>
            computing / (computing + 2.0 * (processes - 1) / processes * 4 * weight / Link + Messages(weight, processes));
    }

    // What of a JSON schema the file uses.
    private static IEnumerable<string> Misfits(JsonNode? value, JsonNode schema, string path)
    {
        if (schema["$ref"] is { } name)
            schema = Schema["definitions"]![(string)name!]!;
        if (schema["enum"] is JsonArray allowed && !allowed.Any(one => JsonNode.DeepEquals(one, value)))
            yield return $"{path} is none of {string.Join(", ", allowed)}";
        var type = (string?)schema["type"];
        var fits = type switch
        {
            "object" => value is JsonObject,
            "array" => value is JsonArray,
            "string" => value is JsonValue text && text.TryGetValue(out string? _),
            "integer" => value is JsonValue number && number.TryGetValue(out long _),
            "boolean" => value is JsonValue flag && flag.TryGetValue(out bool _),
            _ => true,
        };
        if (!fits)
        {
            yield return $"{path} is no {type}";
            yield break;
        }
        var found = Enumerable.Empty<string>();
        if (value is JsonObject fields)
        {
            var known = schema["properties"] as JsonObject;
            foreach (var needed in schema["required"] as JsonArray ?? [])
            {
                if (!fields.ContainsKey((string)needed!))
                    yield return $"{path} lacks {needed}";
            }
            foreach (var (key, field) in fields)
            {
                if (known?[key] is { } inner)
                    found = found.Concat(Misfits(field, inner, $"{path}.{key}"));
                else if (schema["additionalProperties"] is not null)
                    yield return $"{path}.{key} is no field";
            }
        }
        else if (value is JsonArray items && schema["items"] is { } item)
        {
            found = items.Index().SelectMany(entry => Misfits(entry.Item, item, $"{path}[{entry.Index}]"));
        }
        foreach (var misfit in found)
            yield return misfit;
    }

    private static JsonObject Read(params string[] path) =>
        JsonNode.Parse(File.ReadAllText(RepositoryFolder.File(path)))!.AsObject();
}
