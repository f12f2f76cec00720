using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Golden;

// The part for training steps: losses, gradients and running statistics.
internal sealed partial class GoldenCheck
{
    private void Training(GoldenTraining training, string suffix)
    {
        Train(training, suffix, 0.1, training.LossBeforeEachStep, training.Float32RelativeErrorOfEachLoss, "losses", isFirst: true);
        if (training.SmallLr is { } small)
        {
            Train(
                training, suffix, small.Lr, small.LossBeforeEachStep, small.Float32RelativeErrorOfEachLoss, "small_lr losses",
                isFirst: false);
        }
    }

    // A ReLU that rounding puts on its other side changes a gradient at once, and the steps after it more and more. Whether that happened
    // to the
    // reference is luck; where it happened here, the same steps in float64 must give the reference's numbers as exactly as they are
    // written.
    private void Train(GoldenTraining training, string suffix, double rate, double[]? losses, double[]? errors, string what, bool isFirst)
    {
        var report = new GoldenReport(what);
        Steps(ScalarType.Float32, report, training, suffix, rate, losses, errors, what, isFirst);
        if (!report.IsOk)
        {
            var exact = new GoldenReport(what);
            Steps(
                ScalarType.Float64, exact, training, suffix, rate, losses, [.. (losses ?? []).Select(_ => 0.0)], what +
                    " in float64", isFirst);
            if (exact.IsOk)
                report = exact;
        }
        _report.Add(report);
    }

    private void Steps(
        ScalarType type, GoldenReport report, GoldenTraining training, string suffix, double rate, double[]? losses, double[]? errors,
        string what, bool isFirst)
    {
        var shape = training.InputShape ?? _file.InputShape ?? throw new InvalidDataException("'train' names no 'input_shape'.");
        // The auxiliary classifier took part in the loss where it has gradients.
        var learnsAlong = training.GradL2AtStep0?.Any(row => IsAuxiliary(row[0].GetString()!)) == true;
        using var scope = NewDisposeScope();
        using var network = new ImageClassifierNetwork(_spec, ClassCount());
        Fill(network, suffix, sha: null, "");
        network.to(type);
        network.train();
        var images = Images(shape, suffix, sha: null, "").to(type);
        var target = tensor(training.Labels ?? [.. Enumerable.Range(0, (int)shape[0]).Select(i => (long)i)]);
        using var optimizer = optim.SGD(network.parameters(), rate, momentum: 0.9, weight_decay: 1e-4);
        var shares = new List<double>();
        for (var step = 0; step < (losses?.Length ?? 1); step++)
        {
            using var stepScope = NewDisposeScope();
            optimizer.zero_grad();
            var (logits, auxiliary) = network.TrainingLogits(images);
            var loss = nn.functional.cross_entropy(logits, target);
            if (learnsAlong)
                loss = auxiliary.Aggregate(loss, (sum, other) => sum + network.AuxiliaryLossWeight * nn.functional.cross_entropy(other, target));
            // Without a stated error the first loss can be judged; those after it depend on how chaotic the steps are.
            if (losses is not null && (errors is not null || step == 0))
            {
                var limit = Math.Max(Margin * (errors?[step] ?? 0), RelativeRounding * Margin);
                shares.Add(Math.Abs(loss.ToDouble() - losses[step]) / Math.Abs(losses[step]) / limit);
            }
            if (step == 0 && isFirst)
                Buffers(report, network, training);
            loss.backward();
            if (step == 0 && isFirst)
            {
                TrainingLogits(report, Rows(logits), training);
                Gradients(
                    report, network, training,
                    type == ScalarType.Float64 ? RelativeRounding : training.Float32WorstRelativeErrorOfGradL2 ?? UsualGradientError);
            }
            optimizer.step();
        }
        report.Within($"{what} (share of the limit)", shares, 1);
    }

    private void TrainingLogits(GoldenReport report, double[][] logits, GoldenTraining training)
    {
        if (training.TrainLogitsFirst8 is { } first8)
        {
            report.Within(
                "train logits", first8.SelectMany((expected, i) => Differences(logits[i], expected, whole: false)), TrainLimit(logits));
        }
        if (training.TrainLogitsL2 is { } l2)
            report.Within("length of train logits", l2.Select((expected, i) => Math.Abs(Length(logits[i]) - expected)), TrainLimit(logits));

        // No error is stated for these; batch statistics of a few images add about one digit to the error in evaluation.
        double TrainLimit(double[][] rows) => 10 * Margin * (_file.Float32MaxAbsErrorOfReference ?? RelativeRounding * rows.Max(Length));
    }

    private void Gradients(GoldenReport report, ImageClassifierNetwork network, GoldenTraining training, double error)
    {
        if (training.GradL2AtStep0 is not { Length: > 0 } expected)
            return;
        var own = network.NamedState().ToDictionary(entry => entry.Key, entry => entry.Tensor);
        // A gradient below the rounding of the longest one is zero: that of a bias before a batch norm.
        var zero = RelativeRounding * expected.Max(row => row[1].GetDouble());
        var seen = 0;
        report.Within("gradients", expected.Select(row =>
        {
            var (name, length) = (row[0].GetString()!, row[1].GetDouble());
            if (!own.TryGetValue(OwnKey(name), out var parameter) || parameter.grad is not { } gradient)
            {
                report.Misfit($"'{name}' has no gradient");
                return 0;
            }
            seen++;
            using var found = gradient.to_type(ScalarType.Float64).norm();
            return Math.Abs(found.ToDouble() - length) / Math.Max(Math.Max(length, zero), double.Epsilon);
        }), Margin * error);
        report.Figure($"{seen} gradients compared");
    }

    private void Buffers(GoldenReport report, ImageClassifierNetwork network, GoldenTraining training)
    {
        if (training.BatchnormBuffersAfterFirstForward is not { } buffers)
            return;
        var own = network.NamedState().ToDictionary(entry => entry.Key, entry => entry.Tensor);
        report.Within("batch-norm buffers", buffers.SelectMany(entry =>
        {
            if (!own.TryGetValue(OwnKey(entry.Key + ".running_mean"), out var mean)
                || !own.TryGetValue(OwnKey(entry.Key + ".running_var"), out var variance))
            {
                report.Misfit($"the network has no batch norm '{entry.Key}'");
                return [];
            }
            if (entry.Value.NumBatchesTracked is { } tracked)
                report.Equal($"'{entry.Key}.num_batches_tracked'", own[OwnKey(entry.Key + ".num_batches_tracked")].ToInt64(), tracked);
            return Shares(Row(mean), entry.Value.RunningMeanFirst8).Concat(Shares(Row(variance), entry.Value.RunningVarFirst8));
        }), 1e-5);

        // Of values above 1, the variances of deep networks, the relative difference counts.
        static IEnumerable<double> Shares(double[] row, double[]? expected) =>
            Differences(row, expected ?? [], whole: false)
                .Zip(expected ?? [], (difference, value) => difference / Math.Max(1, Math.Abs(value)));
    }
}
