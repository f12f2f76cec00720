using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Everything that changes during a training: what a checkpoint carries.</summary>
internal sealed class TrainingState : IDisposable
{
    /// <param name="network">On the device where it trains.</param>
    /// <param name="plan">Says which weights learn.</param>
    /// <param name="options">How to train.</param>
    /// <param name="device">Where the network is.</param>
    public TrainingState(ImageClassifierNetwork network, FineTunePlan plan, TrainingOptions options, Device device)
    {
        Network = network;
        Optimizer = new(plan.Parts, options);
        MixedPrecision = options.Precision.On(device) == Precision.BFloat16 ? new(network, device) : null;
        Average = options.EmaDecay is { } decay ? new(network, decay) : null;
        Best = new(network, options.BestMetric);
    }

    public ImageClassifierNetwork Network { get; }

    public GroupedOptimizer Optimizer { get; }

    /// <summary>
    /// Computes for the network in bfloat16; null where it computes by itself. It follows the network and needs no place in a checkpoint.
    /// </summary>
    public MixedPrecisionNetwork? MixedPrecision { get; }

    /// <summary>The running average of the weights; null where the options want none.</summary>
    public ExponentialMovingAverage? Average { get; }

    public BestWeights Best { get; }

    /// <summary>Number of the present epoch, from 1; one more than the last when the training is complete.</summary>
    public int Epoch { get; set; } = 1;

    /// <summary>Batches of the present epoch that were learned from.</summary>
    public int BatchCount { get; set; }

    /// <summary>Steps of the optimizer since the training began.</summary>
    public int StepCount { get; set; }

    /// <summary>Sums over the present epoch.</summary>
    public EpochTotals Totals { get; set; } = new();

    /// <summary>Time spent on the present epoch.</summary>
    public double Seconds { get; set; }

    /// <summary>The finished epochs.</summary>
    public List<TrainingProgress> Epochs { get; } = [];

    public List<FoundBadImage> BadImages { get; } = [];

    /// <summary>Puts down the present epoch and goes on to another.</summary>
    public void BeginEpoch(int epoch) => (Epoch, BatchCount, Totals, Seconds) = (epoch, 0, new(), 0);

    /// <summary>How the training went so far.</summary>
    /// <param name="modelEpoch">The epoch whose weights the network has; null for the middle of one.</param>
    public TrainingHistory History(int? modelEpoch) => new()
    {
        Epochs = Epochs,
        BadImages = [.. BadImages.Select(bad => bad.Image)],
        BestEpoch = Best.Epoch,
        ModelEpoch = modelEpoch,
    };

    public void Dispose()
    {
        Optimizer.Dispose();
        MixedPrecision?.Dispose();
        Average?.Dispose();
        Best.Dispose();
    }
}
