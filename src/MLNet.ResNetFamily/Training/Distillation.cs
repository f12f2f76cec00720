using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// What a student learns from a teacher: the probabilities of all classes, softened by a temperature. Hinton et al., "Distilling the
/// Knowledge in a Neural Network" (2015), https://arxiv.org/abs/1503.02531, section 2.
/// </summary>
internal sealed class Distillation : IDisposable
{
    private readonly FoldedNetwork _teacher;
    private readonly int _imageSize;
    private readonly double _temperature;

    // From the student's normalization to the teacher's, for each channel.
    private readonly Tensor _scale, _shift;

    // Places of the classes that both know; null where they are all of them in their order.
    private readonly Tensor? _ofStudent, _ofTeacher;

    /// <param name="teacher">Stays as it is: its double answers, in evaluation mode.</param>
    /// <param name="preprocessing">What the student expects of its input.</param>
    /// <param name="classNames">Name of each class of the student.</param>
    /// <param name="options">How the student is trained.</param>
    /// <param name="device">Where it is trained.</param>
    public Distillation(
        Teacher teacher, Preprocessing preprocessing, IReadOnlyList<string> classNames, TrainingOptions options, Device device)
    {
        (_imageSize, _temperature) = (teacher.Preprocessing.ImageSize, options.DistillationTemperature);
        _teacher = new(
            teacher.Network, device, options.Precision.On(device) == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
        var (own, its) = (preprocessing, teacher.Preprocessing);
        _scale = PerChannel(channel => own.Std[channel] / its.Std[channel]);
        _shift = PerChannel(channel => (own.Mean[channel] - its.Mean[channel]) / its.Std[channel]);
        var shared = teacher.Shared(classNames);
        _ofStudent = Places(classNames.Count, [.. shared.Select(pair => (long)pair.OfStudent)]);
        _ofTeacher = Places(teacher.ClassNames.Count, [.. shared.Select(pair => (long)pair.OfTeacher)]);

        Tensor PerChannel(Func<int, float> value)
        {
            float[] values = [.. Enumerable.Range(0, own.Channels).Select(value)];
            return tensor(values, [values.Length, 1, 1], device: device).DetachFromDisposeScope();
        }

        Tensor? Places(int count, long[] places) => places.Length == count && places.Index().All(entry => entry.Index == entry.Item)
            ? null
            : tensor(places, device: device).DetachFromDisposeScope();
    }

    /// <summary>What images are learned by from a teacher; null without one.</summary>
    public static Distillation? Of(
        Teacher? teacher, Preprocessing preprocessing, TrainingImages train, TrainingOptions options, Device device) =>
        teacher is null ? null : new(teacher, preprocessing, train.ClassNames, options, device);

    /// <summary>The teacher's logits of the classes that both know.</summary>
    /// <param name="images">Shape [N, C, S, S], as the student sees them.</param>
    /// <returns>Shape [N, classes that both know]; the caller disposes of it.</returns>
    public Tensor Answer(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var seen = images * _scale + _shift;
        if (seen.shape[^1] != _imageSize)
        {
            seen = nn.functional.interpolate(
                seen, [_imageSize, _imageSize], mode: InterpolationMode.Bilinear, align_corners: false, antialias: true);
        }
        return Of(_teacher.Run(seen), _ofTeacher).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// How far the student's softened probabilities are from the teacher's: the mean over the images of the Kullback-Leibler divergence,
    /// times the square of the temperature, so that its gradients do not shrink with it.
    /// </summary>
    /// <param name="logits">The student's, shape [N, K].</param>
    /// <param name="answer">What <see cref="Answer"/> gave.</param>
    public Tensor Loss(Tensor logits, Tensor answer)
    {
        var own = nn.functional.log_softmax(Of(logits, _ofStudent) / _temperature, 1);
        var its = nn.functional.softmax(answer / _temperature, 1);
        var divergence = nn.functional.kl_div(own, its, log_target: false, reduction: nn.Reduction.Sum) / logits.shape[0];
        return _temperature * _temperature * divergence;
    }

    public void Dispose()
    {
        _teacher.Dispose();
        _scale.Dispose();
        _shift.Dispose();
        _ofStudent?.Dispose();
        _ofTeacher?.Dispose();
    }

    private static Tensor Of(Tensor logits, Tensor? places) => places is null ? logits : logits.index_select(1, places);
}
