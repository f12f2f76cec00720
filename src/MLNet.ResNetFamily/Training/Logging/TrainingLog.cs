using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Writes how a training goes into a folder: <c>metrics.csv</c>, and an event file for TensorBoard.</summary>
internal sealed class TrainingLog : IDisposable
{
    private const int ImageCount = 8;

    private readonly EventFile _events;
    private readonly MetricsFile _metrics;
    private readonly TrainingOptions _options;
    private readonly Preprocessing _preprocessing;
    private bool _hasImages;

    private TrainingLog(string directory, TrainingOptions options, Preprocessing preprocessing)
    {
        (_options, _preprocessing) = (options, preprocessing);
        try
        {
            Directory.CreateDirectory(directory);
            _events = new(directory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"Option 'LogDirectory' is '{directory}', but nothing can be written there: {error.Message} Choose another folder.", error);
        }
        _metrics = new(Path.Combine(directory, "metrics.csv"));
    }

    /// <summary>Begins a log, if the options want one.</summary>
    /// <exception cref="IOException">The folder cannot be made or written to.</exception>
    public static TrainingLog? For(TrainingOptions options, Preprocessing preprocessing) =>
        options.LogDirectory is null ? null : new(options.LogDirectory, options, preprocessing);

    /// <summary>Notes a step.</summary>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="loss">Loss of its batch.</param>
    /// <param name="learningRate">Its learning rate.</param>
    public void Step(long step, double loss, double learningRate)
    {
        _events.Scalar("step/loss", step, loss);
        _events.Scalar("step/learning_rate", step, learningRate);
    }

    /// <summary>Notes an epoch.</summary>
    /// <param name="progress">Its figures.</param>
    /// <param name="network">The network as the epoch left it.</param>
    /// <param name="images">The training images.</param>
    public void Epoch(TrainingProgress progress, ImageClassifierNetwork network, ImageDataset images)
    {
        _metrics.Add(progress);
        foreach (var metric in LoggedMetric.All)
        {
            if (metric.Of(progress) is { } value)
                _events.Scalar(metric.Tag, progress.Epoch, value);
        }
        if (_options.LogWeightHistograms)
            AddHistograms(progress.Epoch, network);
        // Not before: reading an image may find it broken, and that must not happen earlier than in a training without a log.
        if (!_hasImages)
            AddImages(progress.Epoch, images);
        _hasImages = true;
        _events.Flush();
    }

    public void Dispose() => _events.Dispose();

    private void AddHistograms(int epoch, ImageClassifierNetwork network)
    {
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in network.named_parameters())
            _events.Histogram("weights/" + name, epoch, parameter.detach().cpu().flatten().data<float>().ToArray());
    }

    // As the network meets them: cropped and varied.
    private void AddImages(int epoch, ImageDataset images)
    {
        using var scope = NewDisposeScope();
        foreach (var batch in images.Read([.. images.ReadableIndices.Take(ImageCount)], ImageCount, epoch))
        {
            using (batch)
            {
                var size = _preprocessing.ImageSize;
                var channels = _preprocessing.Channels;
                var pixels = batch.ToTensor().cpu()
                    .mul(tensor([.. _preprocessing.Std], [channels, 1, 1])).add(tensor([.. _preprocessing.Mean], [channels, 1, 1]))
                    .index_select(1, tensor([0L, 1 % channels, 2 % channels])).permute(0, 2, 3, 1).contiguous()
                    .mul(byte.MaxValue).round().clamp(0, byte.MaxValue).to(ScalarType.Byte).data<byte>().ToArray();
                foreach (var (image, number) in pixels.Chunk(size * size * 3).Zip(batch.Indices))
                    _events.Image($"examples/{Path.GetFileName(images.Images.Items[number].Origin)}", epoch, new(size, size, image));
            }
        }
    }
}
