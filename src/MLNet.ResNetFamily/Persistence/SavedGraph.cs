using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.ResNetFamily;

/// <summary>
/// The graph of a network's computation in a saved model, beside the weights and without them: with it the model scores where there is no
/// libtorch.
/// </summary>
internal static class SavedGraph
{
    private const string StreamName = "Graph";

    /// <summary>Saves the graph of a network; where it cannot be told, a warning in its place.</summary>
    /// <param name="environment">Where the warning goes.</param>
    /// <param name="context">What ML.NET hands to a model that is saved.</param>
    /// <param name="network">The network.</param>
    public static void Write(IHostEnvironment environment, ModelSaveContext context, IScoredNetwork network)
    {
        byte[] graph;
        try
        {
            graph = network.Skeleton();
        }
        catch (InvalidOperationException error)
        {
            using var channel = environment.Start(nameof(SavedGraph));
            channel.Warning(
                MessageSensitivity.None,
                $"The model is saved without a graph for ONNX Runtime and needs libtorch to score: {error.Message}");
            return;
        }
        MLNetInternals.SaveBinaryStream(context, StreamName, writer => writer.Write(graph));
    }

    /// <summary>The graph that a saved model carries; null where it carries none.</summary>
    /// <param name="context">What ML.NET hands to a loader.</param>
    public static byte[]? Read(object context)
    {
        using var graph = new MemoryStream();
        return MLNetInternals.TryLoad(context, StreamName, reader => reader.BaseStream.CopyTo(graph)) ? graph.ToArray() : null;
    }
}
