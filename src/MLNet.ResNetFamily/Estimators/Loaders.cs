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
[assembly: mini::Microsoft.ML.LoadableClass(
    typeof(ITransformer), typeof(EnsembleLoader), null, typeof(mini::Microsoft.ML.SignatureLoadModel), "",
    ImageEnsembleTransformer.LoaderSignature)]

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

/// <summary>Is called by ML.NET to load a saved ensemble.</summary>
internal static class EnsembleLoader
{
    private static ITransformer Create(IHostEnvironment env, object ctx) => ImageEnsembleTransformer.Load(env, ctx);
}

/// <summary>What the loaders have in common.</summary>
internal static class Loaders
{
    public static ITransformer Load(
        IHostEnvironment environment, object context, string streamName, Func<BinaryReader, byte[]?, ITransformer> read)
    {
        // Where ONNX Runtime may score, libtorch may never be needed.
        if (OnnxRuntimePackage.Find() is { } runtime)
            Task.Run(runtime.Start);
        else
            LibtorchWarmUp.Begin();
        var graph = SavedGraph.Read(context);
        var model = Read(context, streamName, reader => read(reader, graph));
        using var channel = environment.Start(nameof(Load));
        LibtorchStart.Notes.ToList().ForEach(note => channel.Info(MessageSensitivity.None, note));
        return model;
    }

    /// <summary>Reads a part of a saved model.</summary>
    /// <exception cref="InvalidDataException">There is no such part.</exception>
    public static T Read<T>(object context, string streamName, Func<BinaryReader, T> read) where T : class
    {
        T? part = null;
        return MLNetInternals.TryLoad(context, streamName, reader => part = read(reader)) ? part! : throw new InvalidDataException(
            $"The saved model has no part '{streamName}'. Save the model again, or take another copy of the file.");
    }
}
