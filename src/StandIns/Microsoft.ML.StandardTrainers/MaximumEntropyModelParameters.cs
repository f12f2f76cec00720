using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

[assembly: LoadableClass(
    typeof(MaximumEntropyModelParameters), null, typeof(SignatureLoadModel), "", MaximumEntropyModelParameters.LoaderSignature)]

namespace Microsoft.ML.Trainers;

public abstract class LinearMulticlassModelParametersBase : ModelParametersBase<VBuffer<float>>, IMulticlassModel
{
    private protected readonly float[] Biases;
    private protected readonly float[][] Weights;

    private protected LinearMulticlassModelParametersBase(float[] biases, float[][] weights)
    {
        Biases = biases;
        Weights = weights;
    }

    int IMulticlassModel.ClassCount => Biases.Length;

    int IMulticlassModel.FeatureCount => Weights[0].Length;

    public void GetWeights(ref VBuffer<float>[] weights, out int numClasses)
    {
        numClasses = Biases.Length;
        weights = Weights.Select(row => new VBuffer<float>(row.Length, (float[])row.Clone())).ToArray();
    }

    void IMulticlassModel.Score(in VBuffer<float> features, Span<float> scores)
    {
        VBuffer<float> dense = default;
        features.CopyToDense(ref dense);
        for (var i = 0; i < Biases.Length; i++)
            scores[i] = Biases[i] + Linear.Dot(Weights[i], dense.GetValues());
        Calibrate(scores);
    }

    private protected abstract void Calibrate(Span<float> scores);
}

public sealed class MaximumEntropyModelParameters : LinearMulticlassModelParametersBase
{
    internal const string LoaderSignature = "MultiClassLRExec";

    private static readonly VersionInfo Version = new(
        modelSignature: "MULTI LR",
        verWrittenCur: 0x00010003,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(MaximumEntropyModelParameters).Assembly.FullName,
        loaderSignature: LoaderSignature);

    internal MaximumEntropyModelParameters(float[] biases, float[][] weights) : base(biases, weights)
    {
    }

    private protected override void Calibrate(Span<float> scores) => Linear.SoftMax(scores);

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        ctx.Writer.Write(Weights[0].Length);
        ctx.Writer.Write(Biases.Length);
        foreach (var bias in Biases)
            ctx.Writer.Write(bias);

        // No starts and no indices: the weights are dense.
        ctx.Writer.Write(0);
        ctx.Writer.Write(0);
        ctx.Writer.Write(Weights.Sum(row => row.Length));
        foreach (var weight in Weights.SelectMany(row => row))
            ctx.Writer.Write(weight);
    }

    private static MaximumEntropyModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        CheckFloatSize(ctx);
        var featureCount = ctx.Reader.ReadInt32();
        var classCount = ctx.Reader.ReadInt32();
        var biases = Enumerable.Range(0, classCount).Select(_ => ctx.Reader.ReadSingle()).ToArray();
        Contracts.CheckDecode(
            ctx.Reader.ReadInt32() == 0 && ctx.Reader.ReadInt32() == 0 && ctx.Reader.ReadInt32() == classCount * featureCount,
            "Only dense weights can be read");
        var weights = Enumerable.Range(0, classCount)
            .Select(_ => Enumerable.Range(0, featureCount).Select(_ => ctx.Reader.ReadSingle()).ToArray())
            .ToArray();
        return new MaximumEntropyModelParameters(biases, weights);
    }
}
