using System.Diagnostics;
using Google.Protobuf;
using Tensorboard;
using Value = Tensorboard.Summary.Types.Value;

namespace MLNet.ResNetFamily;

/// <summary>An event file that TensorBoard shows, written with TensorBoard's own messages, which TorchSharp brings along.</summary>
internal sealed class EventFile : IDisposable
{
    private const int Rgb = 3;
    private readonly RecordFile _records;

    /// <summary>Begins a file; TensorBoard takes all those of a folder together.</summary>
    /// <param name="directory">An existing folder.</param>
    public EventFile(string directory)
    {
        var begin = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        _records = new(Path.Combine(
            directory, FormattableString.Invariant(
                $"events.out.tfevents.{begin / 1000}.{Environment.MachineName}.{Environment.ProcessId}.{Stopwatch.GetTimestamp()}")));
        Write(new() { FileVersion = "brain.Event:2" });
    }

    public void Scalar(string tag, long step, double value) => Write(step, new() { Tag = tag, SimpleValue = (float)value });

    /// <param name="tag">Name under which TensorBoard shows the image.</param>
    /// <param name="step">Step of the training.</param>
    /// <param name="image">Stays with the caller.</param>
    public void Image(string tag, long step, RgbImage image)
    {
        var png = ByteString.CopyFrom(ImageEncoder.Png(image));
        Write(
            step, new() { Tag = tag, Image = new()
            {
                Height = image.Height,
                Width = image.Width,
                Colorspace = Rgb,
                EncodedImageString = png,
            } });
    }

    public void Histogram(string tag, long step, ReadOnlySpan<float> values)
    {
        var histogram = WeightHistogram.Of(values);
        Write(step, new()
        {
            Tag = tag,
            Histo = new()
            {
                Min = histogram.Smallest,
                Max = histogram.Largest,
                Num = values.Length,
                Sum = histogram.Sum,
                SumSquares = histogram.SumOfSquares,
                BucketLimit = { histogram.Limits },
                Bucket = { histogram.Counts },
            },
        });
    }

    /// <summary>Makes what was written so far visible to who reads along.</summary>
    public void Flush() => _records.Flush();

    public void Dispose() => _records.Dispose();

    private void Write(long step, Value value) => Write(new() { Step = step, Summary = new() { Value = { value } } });

    private void Write(Event happening)
    {
        happening.WallTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        _records.Write(happening.ToByteArray());
    }
}
