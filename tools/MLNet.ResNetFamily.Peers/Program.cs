using System.Text.Json;
using MLNet.ResNetFamily.Peers;

// What ./build.sh bench compares this library with, as far as it runs on .NET: times one of them and prints a line of JSON.
const string Usage = "onnxruntime --file FILE --batch N --threads N | mlnet --file FILE --data FOLDER --threads N | " +
    "featurizer --data FOLDER | " +
    "torchvision --model NAME --batch N --threads N";
if (PeerOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine($"'{string.Join(' ', args)}' is not understood. Usage: {Usage}");
    return 2;
}
var fields = options.Peer switch
{
    "onnxruntime" => OnnxRuntimePeer.Run(options),
    "mlnet" => PipelinePeer.Run(options),
    "featurizer" => FeaturizerPeer.Run(options),
    "torchvision" => TorchvisionPeer.Run(options),
    _ => null,
};
if (fields is null)
{
    Console.Error.WriteLine($"No peer is named '{options.Peer}'. Usage: {Usage}");
    return 2;
}
var row = new Dictionary<string, object?> { ["dtype"] = "fp32" };
foreach (var (name, value) in fields)
    row[name] = value;
Console.WriteLine(JsonSerializer.Serialize(row));
return 0;
