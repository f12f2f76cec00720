extern alias mini;

using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.ResNetFamily;

// ML.NET reads these when a saved model names this assembly, so loading needs no call into the library. The attribute is internal to
// Microsoft.ML.Core: the compiler sees a public twin of it ("mini"), the runtime the genuine one.
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: mini::Microsoft.ML.LoadableClass(
    typeof(ITransformer), typeof(ClassifierLoader), null, typeof(mini::Microsoft.ML.SignatureLoadModel), "",
    ImageClassifierTransformer.LoaderSignature)]
[assembly: mini::Microsoft.ML.LoadableClass(
    typeof(ITransformer), typeof(FeaturizerLoader), null, typeof(mini::Microsoft.ML.SignatureLoadModel), "",
    ImageFeaturizerTransformer.LoaderSignature)]

namespace MLNet.ResNetFamily;

/// <summary>Is called by ML.NET to load a saved classifier.</summary>
internal static class ClassifierLoader
{
    private static ITransformer Create(IHostEnvironment env, object ctx) =>
        Loaders.Load(
        env, ctx, ImageClassifierTransformer.StreamName, (reader, graph) => ImageClassifierTransformer.Load(env, reader, graph));
}

/// <summary>Is called by ML.NET to load a saved featurizer.</summary>
internal static class FeaturizerLoader
{
    private static ITransformer Create(IHostEnvironment env, object ctx) =>
        Loaders.Load(
        env, ctx, ImageFeaturizerTransformer.StreamName, (reader, graph) => ImageFeaturizerTransformer.Load(env, reader, graph));
}

/// <summary>What both loaders have in common.</summary>
internal static class Loaders
{
    private const string GraphName = "Graph";

    public static ITransformer Load(
        IHostEnvironment environment, object context, string streamName, Func<BinaryReader, byte[]?, ITransformer> read)
    {
        // Where ONNX Runtime may score, libtorch may never be needed.
        if (OnnxRuntimePackage.Find() is { } runtime)
            Task.Run(runtime.Start);
        else
            LibtorchWarmUp.Begin();
        byte[]? graph = null;
        MLNetInternals.TryLoad(context, GraphName, reader => graph = ReadAll(reader.BaseStream));
        ITransformer? model = null;
        if (!MLNetInternals.TryLoad(context, streamName, reader => model = read(reader, graph)))
        {
            throw new InvalidDataException(
                $"The saved model has no part '{streamName}'. Save the model again, or take another copy of the file.");
        }
        using var channel = environment.Start(nameof(Load));
        LibtorchStart.Notes.ToList().ForEach(note => channel.Info(MessageSensitivity.None, note));
        return model!;
    }

    /// <summary>
    /// Saves the graph of a network's computation, without its weights, beside them: with it the model scores where there is no libtorch.
    /// </summary>
    public static void SaveGraph(IHostEnvironment environment, ModelSaveContext context, IScoredNetwork network)
    {
        try
        {
            var graph = network.Skeleton();
            MLNetInternals.SaveBinaryStream(context, GraphName, writer => writer.Write(graph));
        }
        catch (InvalidOperationException error)
        {
            using var channel = environment.Start(nameof(SaveGraph));
            channel.Warning(
                MessageSensitivity.None,
                $"The model is saved without a graph for ONNX Runtime and needs libtorch to score: {error.Message}");
        }
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
