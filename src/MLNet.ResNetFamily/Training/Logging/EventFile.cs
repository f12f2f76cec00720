using System.Diagnostics;

namespace MLNet.ResNetFamily;

/// <summary>
/// An event file that TensorBoard shows. Field numbers are those of TensorFlow's event.proto and summary.proto
/// (https://github.com/tensorflow/tensorboard/tree/master/tensorboard/compat/proto).
/// </summary>
internal sealed class EventFile : IDisposable
{
    private const int Rgb = 3;
    private readonly RecordFile _records;

    /// <summary>Begins a file; TensorBoard takes all those of a folder together.</summary>
    /// <param name="directory">An existing folder.</param>
    public EventFile(string directory)
    {
        var begin = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        _records = new(Path.Combine(directory, FormattableString.Invariant($"events.out.tfevents.{begin / 1000}.{Environment.MachineName}.{Environment.ProcessId}.{Stopwatch.GetTimestamp()}")));
        _records.Write(Event(0).Add(3, "brain.Event:2").ToBytes());
    }

    public void Scalar(string tag, long step, double value) => Write(step, Value(tag).Add(2, (float)value));

    /// <param name="tag">Name under which TensorBoard shows the image.</param>
    /// <param name="step">Step of the training.</param>
    /// <param name="image">Stays with the caller.</param>
    public void Image(string tag, long step, RgbImage image) => Write(step, Value(tag).Add(4, new ProtobufMessage()
        .Add(1, (long)image.Height)
        .Add(2, (long)image.Width)
        .Add(3, (long)Rgb)
        .Add(4, ImageEncoder.Png(image))));

    public void Histogram(string tag, long step, ReadOnlySpan<float> values)
    {
        var histogram = WeightHistogram.Of(values);
        Write(step, Value(tag).Add(5, new ProtobufMessage()
            .Add(1, histogram.Smallest)
            .Add(2, histogram.Largest)
            .Add(3, (double)values.Length)
            .Add(4, histogram.Sum)
            .Add(5, histogram.SumOfSquares)
            .Add(6, histogram.Limits)
            .Add(7, histogram.Counts)));
    }

    /// <summary>Makes what was written so far visible to who reads along.</summary>
    public void Flush() => _records.Flush();

    public void Dispose() => _records.Dispose();

    private void Write(long step, ProtobufMessage value) => _records.Write(Event(step).Add(5, new ProtobufMessage().Add(1, value)).ToBytes());

    private static ProtobufMessage Event(long step) => new ProtobufMessage().Add(1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0).Add(2, step);

    private static ProtobufMessage Value(string tag) => new ProtobufMessage().Add(1, tag);
}
