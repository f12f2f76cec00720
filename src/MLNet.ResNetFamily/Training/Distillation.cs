using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// What a student learns from a teacher: the probabilities of all classes, softened by a temperature. Hinton et al., "Distilling the
/// Knowledge in a Neural Network" (2015), https://arxiv.org/abs/1503.02531, section 2. Where an image may show several classes, each is a
/// question of its own, as in the logits distillation of Yang et al., "Multi-Label Knowledge Distillation" (2023),
/// https://arxiv.org/abs/2308.06453.
/// </summary>
internal sealed class Distillation : IDisposable
{
    private readonly Member[] _members;
    private readonly double _temperature;
    private readonly bool _isMultiLabel;

    // Places of the classes that the teacher knows too; null where they are all of the student's.
    private readonly Tensor? _shared;

    /// <param name="teacher">Stays as it is: its double answers, in evaluation mode.</param>
    /// <param name="preprocessing">What the student expects of its input.</param>
    /// <param name="classNames">Name of each class of the student.</param>
    /// <param name="options">How the student is trained.</param>
    /// <param name="device">Where it is trained.</param>
    public Distillation(
        Teacher teacher, Preprocessing preprocessing, IReadOnlyList<string> classNames, TrainingOptions options, Device device)
    {
        (_temperature, _isMultiLabel) = (options.DistillationTemperature, teacher.IsMultiLabel);
        var type = options.Precision.On(device) == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        _members = [.. teacher.Networks.Select(network => new Member(network, preprocessing, classNames, device, type))];
        _shared = Places(classNames.Count, teacher.Networks[0].Shared(classNames).Select(pair => pair.OfStudent), device);
    }

    /// <summary>What images are learned by from a teacher; null without one.</summary>
    public static Distillation? Of(
        Teacher? teacher, Preprocessing preprocessing, TrainingImages train, TrainingOptions options, Device device) =>
        teacher is null ? null : new(teacher, preprocessing, train.ClassNames, options, device);

    /// <summary>The teacher's softened probabilities of the classes that both know; of an ensemble the weighted mean.</summary>
    /// <param name="images">Shape [N, C, S, S], as the student sees them.</param>
    /// <returns>Shape [N, classes that both know]; the caller disposes of it.</returns>
    public Tensor Answer(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        // A sum of rounded parts may be a trifle above 1.
        return _members.Select(member => member.Weight * Softened(member.Logits(images))).Aggregate((sum, next) => sum + next).clamp(0, 1)
            .MoveToOuterDisposeScope();

        Tensor Softened(Tensor logits) =>
            _isMultiLabel ? nn.functional.sigmoid(logits / _temperature) : nn.functional.softmax(logits / _temperature, 1);
    }

    /// <summary>
    /// How far the student's softened probabilities are from the teacher's: the mean over the images (and, where these may show several,
    /// over the classes) of the Kullback-Leibler divergence, times the square of the temperature, so that its gradients do not shrink with
    /// it.
    /// </summary>
    /// <param name="logits">The student's, shape [N, K].</param>
    /// <param name="answer">What <see cref="Answer"/> gave.</param>
    public Tensor Loss(Tensor logits, Tensor answer)
    {
        var own = Of(logits, _shared) / _temperature;
        var divergence = _isMultiLabel
            ? nn.functional.binary_cross_entropy_with_logits(own, answer) - nn.functional.binary_cross_entropy(answer, answer)
            : nn.functional.kl_div(
                nn.functional.log_softmax(own, 1), answer, log_target: false, reduction: nn.Reduction.Sum) / logits.shape[0];
        return _temperature * _temperature * divergence;
    }

    public void Dispose()
    {
        foreach (var member in _members)
            member.Dispose();
        _shared?.Dispose();
    }

    private static Tensor Of(Tensor logits, Tensor? places) => places is null ? logits : logits.index_select(1, places);

    // Null for all of so many places in their order.
    private static Tensor? Places(int count, IEnumerable<int> places, Device device) => Enumerable.Range(0, count).SequenceEqual(places)
        ? null
        : tensor(places.Select(place => (long)place).ToArray(), device: device).DetachFromDisposeScope();

    /// <summary>What one network of the teacher says.</summary>
    private sealed class Member : IDisposable
    {
        private readonly FoldedNetwork _network;
        private readonly int _imageSize;

        // From the student's normalization to the teacher's, for each channel.
        private readonly Tensor _scale, _shift;

        // Places of the classes that both know, in the student's order; null where they are all of them in this order.
        private readonly Tensor? _shared;

        public Member(
            TeacherNetwork teacher, Preprocessing preprocessing, IReadOnlyList<string> classNames, Device device, ScalarType type)
        {
            (Weight, _imageSize) = (teacher.Weight, teacher.Preprocessing.ImageSize);
            _network = new(teacher.Network, device, type);
            var (own, its) = (preprocessing, teacher.Preprocessing);
            _scale = PerChannel(channel => own.Std[channel] / its.Std[channel]);
            _shift = PerChannel(channel => (own.Mean[channel] - its.Mean[channel]) / its.Std[channel]);
            _shared = Places(teacher.ClassNames.Count, teacher.Shared(classNames).Select(pair => pair.OfTeacher), device);

            Tensor PerChannel(Func<int, float> value)
            {
                float[] values = [.. Enumerable.Range(0, own.Channels).Select(value)];
                return tensor(values, [values.Length, 1, 1], device: device).DetachFromDisposeScope();
            }
        }

        public double Weight { get; }

        /// <summary>The logits of the classes that both know.</summary>
        /// <param name="images">As the student sees them.</param>
        public Tensor Logits(Tensor images)
        {
            var seen = images * _scale + _shift;
            if (seen.shape[^1] != _imageSize)
            {
                seen = nn.functional.interpolate(
                    seen, [_imageSize, _imageSize], mode: InterpolationMode.Bilinear, align_corners: false, antialias: true);
            }
            return Of(_network.Run(seen), _shared);
        }

        public void Dispose()
        {
            _network.Dispose();
            _scale.Dispose();
            _shift.Dispose();
            _shared?.Dispose();
        }
    }
}
