using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class DistillationTests
{
    private static readonly string[] Names = ["across", "down", "diagonal"];

    // A teacher that takes larger images, in another normalization, with its classes in another order.
    private static readonly Preprocessing Others =
        new Preprocessing { Mean = [0.5f, 0.4f, 0.3f], Std = [0.5f, 0.25f, 1] }.WithImageSize(24);

    // Probabilities as they are, which say as much as logits.
    private static readonly TrainingOptions Plain = new() { DistillationTemperature = 1 };

    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    // In PyTorch 1.13: s and t as below, y = torch.tensor([0, 2]) or the mixed targets, then
    // kl = F.kl_div(F.log_softmax(s / T, 1), F.softmax(t / T, 1), reduction='batchmean')
    // l = (1 - w) * F.cross_entropy(s, y, label_smoothing=smoothing) + w * T * T * kl; l.backward(); print(l.item(), s.grad)
    [TestMethod]
    [DataRow(1, 0.5, false, 0.0, 0.8014196, -0.0978120, 0.0030840, 0.0947280, 0.0063010, 0.3605454, -0.3668464)]
    [DataRow(4, 0.9, false, 0.1, 1.0363702, -0.0971122, -0.1179184, 0.2150306, -0.0541132, 0.4012199, -0.3471068)]
    [DataRow(2, 1.0, false, 0.1, 0.9328377, -0.0820343, -0.0936527, 0.1756871, -0.0314741, 0.4022132, -0.3707392)]
    [DataRow(3, 0.25, true, 0.1, 1.1057836, -0.0079305, -0.1080313, 0.1159618, -0.0108931, 0.2855988, -0.2747056)]
    public void TheLossAndItsGradientAreThoseOfPyTorch(
        double temperature, double weight, bool mixed, double smoothing, double loss, params double[] gradient)
    {
        var options = new TrainingOptions
        {
            DistillationTemperature = temperature, DistillationWeight = weight, LabelSmoothing = smoothing,
        };
        using var scope = NewDisposeScope();
        using var network = ToyImages.Network(seed: 1);
        using var distillation = Make(new(network, ToyImages.Preprocessing, Names), options);
        var student = Rows([1.5f, -0.5f, 0.25f, -1.0f, 2.0f, 0.75f]).requires_grad_();
        var teacher = Rows([2.0f, 0.5f, -1.5f, 0.1f, 0.2f, 3.0f]);
        var targets = mixed ? Rows([0.7f, 0.3f, 0, 0, 0.25f, 0.75f]) : Numbers(0, 2);

        var found = new TrainingLoss(new CrossEntropyLoss(classWeights: null, smoothing), distillation, weight)
            .Of(student, targets, nn.functional.softmax(teacher / temperature, 1));
        found.backward();

        Assert.AreEqual(loss, found.item<float>(), 1e-6);
        foreach (var (expected, value) in gradient.Zip(student.grad!.data<float>()))
            Assert.AreEqual(expected, value, 1e-6);
    }

    // The sums of the formulas over the six decisions, in double precision: (1 - w) * (the cross entropy of sigmoid(s) from y)
    // + w * T * T * (the divergence of sigmoid(s / T) from sigmoid(t / T)), and ((1 - w) * (sigmoid(s) - y)
    // + w * T * (sigmoid(s / T) - sigmoid(t / T))), each through 6; y is smoothed.
    [TestMethod]
    [DataRow(1, 0.5, 0.0, 0.2698434, -0.0204707, 0.0110518, -0.0048394, 0.0010753, 0.0176467, -0.0495181)]
    [DataRow(4, 0.9, 0.1, 0.2894536, -0.0200827, -0.0319922, 0.0585082, -0.0374067, 0.0648238, -0.0839780)]
    [DataRow(2, 1.0, 0.1, 0.2518850, -0.0172933, -0.0414510, 0.0701294, -0.0449856, 0.0686931, -0.0749693)]
    public void WhereAnImageMayShowSeveralClassesEachIsAQuestionOfItsOwn(
        double temperature, double weight, double smoothing, double loss, params double[] gradient)
    {
        var options = new TrainingOptions { DistillationTemperature = temperature };
        using var scope = NewDisposeScope();
        using var network = ToyImages.Network(seed: 1);
        using var distillation = Make(new Teacher(network, ToyImages.Preprocessing, Names) with { IsMultiLabel = true }, options);
        var student = Rows([1.5f, -0.5f, 0.25f, -1.0f, 2.0f, 0.75f]).requires_grad_();
        var teacher = Rows([2.0f, 0.5f, -1.5f, 0.1f, 0.2f, 3.0f]);

        var found = new TrainingLoss(new BinaryCrossEntropyLoss(classWeights: null, positiveWeights: null, smoothing), distillation, weight)
            .Of(student, Rows([1, 0, 1, 0, 1, 1]), (teacher / temperature).sigmoid());
        found.backward();

        Assert.AreEqual(loss, found.item<float>(), 1e-6);
        foreach (var (expected, value) in gradient.Zip(student.grad!.data<float>()))
            Assert.AreEqual(expected, value, 1e-6);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void AnEnsembleTeachesTheWeightedMeanOfTheSoftenedProbabilities(bool isMultiLabel)
    {
        using var scope = NewDisposeScope();
        using var first = ToyImages.Network(seed: 3);
        using var second = ToyImages.Network(seed: 4);
        var its = Others.WithImageSize(ToyImages.Size);
        using var distillation = Make(new(
            [new(first, ToyImages.Preprocessing, Names, 0.75), new(second, its, ["diagonal", "across", "down"], 0.25)], isMultiLabel));
        var pixels = rand(4, 3, ToyImages.Size, ToyImages.Size);

        var answer = distillation.Answer(Normalized(pixels, ToyImages.Preprocessing));

        first.eval();
        second.eval();
        var (one, other) = (
            first.call(Normalized(pixels, ToyImages.Preprocessing)),
            second.call(Normalized(pixels, its)).index_select(1, Numbers(1, 2, 0)));
        Assert.IsTrue(answer.allclose(0.75 * Softened(one) + 0.25 * Softened(other), 1e-5, 1e-6));

        // The default temperature.
        Tensor Softened(Tensor logits) => isMultiLabel ? (logits / 4).sigmoid() : nn.functional.softmax(logits / 4, 1);
    }

    [TestMethod]
    public void TheTeacherSeesTheImagesInItsOwnNormalizationAndScores()
    {
        using var scope = NewDisposeScope();
        using var network = ToyImages.Network(seed: 3);
        var its = Others.WithImageSize(ToyImages.Size);
        using var distillation = Make(new(network, its, Names), Plain);
        var pixels = rand(4, 3, ToyImages.Size, ToyImages.Size);
        network.train();

        var answer = distillation.Answer(Normalized(pixels, ToyImages.Preprocessing));

        network.eval();
        var expected = network.call(Normalized(pixels, its));
        Assert.IsTrue(answer.log().allclose(LogSoftmax(expected), 1e-4, 1e-5));
        Assert.IsFalse(answer.requires_grad);
    }

    [TestMethod]
    public void ATeacherOfLargerImagesSeesThemEnlarged()
    {
        using var scope = NewDisposeScope();
        using var network = ToyImages.Network(seed: 3);
        using var distillation = Make(new(network, Others, Names), Plain);
        var pixels = rand(4, 3, ToyImages.Size, ToyImages.Size);

        var answer = distillation.Answer(Normalized(pixels, ToyImages.Preprocessing));

        network.eval();
        var enlarged = nn.functional.interpolate(pixels, [24, 24], mode: InterpolationMode.Bilinear, align_corners: false, antialias: true);
        Assert.IsTrue(answer.log().allclose(LogSoftmax(network.call(Normalized(enlarged, Others))), 1e-3, 1e-4));
    }

    [TestMethod]
    public void ClassesAreFoundByName()
    {
        using var scope = NewDisposeScope();
        using var network = ToyImages.Network(seed: 3, classCount: 4);
        using var all = Make(new(network, ToyImages.Preprocessing, ["down", "dotted", "across", "diagonal"]), Plain);
        using var two = Make(new(network, ToyImages.Preprocessing, ["dotted", "diagonal", "striped", "across"]), Plain);
        var images = rand(4, 3, ToyImages.Size, ToyImages.Size);
        network.eval();
        var logits = network.call(images);

        var ofTwo = logits.index_select(1, Numbers(3, 1));
        Assert.IsTrue(all.Answer(images).log().allclose(LogSoftmax(logits.index_select(1, Numbers(2, 0, 3))), 1e-4, 1e-5));
        Assert.IsTrue(two.Answer(images).log().allclose(LogSoftmax(ofTwo), 1e-4, 1e-5));

        // A class that the teacher does not know does not count: with its own logits for the others the student is as far as it can come.
        var student = cat([ofTwo, rand(4, 1)], 1).index_select(1, Numbers(0, 2, 1));
        Assert.AreEqual(0, two.Loss(student, two.Answer(images)).item<float>(), 1e-6);
    }

    // The labels are drawn by lot and count nothing: all that is learned comes from the teacher.
    [TestMethod]
    [DataRow(Precision.Float32)]
    [DataRow(Precision.BFloat16)]
    public void AStudentLearnsFromTheTeacherAlone(Precision precision)
    {
        using var network = ToyImages.Network(seed: 1);
        TrainingLoop.Run(
            network, ToyImages.Preprocessing, ToyImages.Make(120), null,
            new() { Epochs = 6, BatchSize = 16, Augmentation = null, Threads = 1, LearningRate = 0.05 }, CPU, _ => { });
        var before = Bytes(network);
        using var student = ToyImages.Network(seed: 2);
        var random = new Random(1);
        var images = ToyImages.Make(120, seed: 5);
        images = images with { Labels = [.. images.Labels.Select(_ => random.Next(3))], ClassNames = Names };
        var options = new TrainingOptions
        {
            Epochs = 6, BatchSize = 16, Threads = 1, LearningRate = 0.05, DistillationWeight = 1, Precision = precision,
            Augmentation = new() { MinScale = 0.9, MixUp = 0.2 },
        };

        var history = TrainingLoop.Run(
            student, ToyImages.Preprocessing, images, ToyImages.Make(60, seed: 2), options, CPU, _ => { },
            new(network, ToyImages.Preprocessing, Names));

        Assert.IsGreaterThan(0.85, history.Epochs[^1].ValidationAccuracy!.Value);
        CollectionAssert.AreEqual(before, Bytes(network));
    }

    [TestMethod]
    [DataRow(FineTuneKind.All)]
    [DataRow(FineTuneKind.Gradual)]
    public void ATrainingThatBreaksOffEndsAsIfItHadNot(FineTuneKind fineTune)
    {
        using var network = ToyImages.Network(seed: 3);
        var teacher = new Teacher(network, Others, Names);
        var options = new TrainingOptions
        {
            Epochs = 3, BatchSize = 8, AccumulationSteps = 2, EmaDecay = 0.9, Threads = 1, FineTune = fineTune, CacheFeatures = false,
            Augmentation = new() { MixUp = 0.2, CutMix = 1 },
        };
        using var expected = ToyImages.Network(seed: 1);
        Run(expected, options, teacher);
        var kept = options with { CheckpointDirectory = _folder.Path, CheckpointInterval = TimeSpan.Zero, Resume = true };

        using var resumed = ToyImages.Network(seed: 1);
        for (var isBroken = true; isBroken;)
        {
            using var stop = new CancellationTokenSource();
            var batches = 0;
            isBroken = Run(
                resumed, kept with
                {
                    CancellationToken = stop.Token,
                    StepDone = (_, _) =>
                    {
                        if (++batches == 3)
                            stop.Cancel();
                    },
                }, teacher).IsCanceled;
        }

        CollectionAssert.AreEqual(Bytes(expected), Bytes(resumed));
    }

    [TestMethod]
    public void ACheckpointOfAnotherTeacherIsRefusedWithTheDifference()
    {
        using var first = ToyImages.Network(seed: 3);
        using var second = ToyImages.Network(seed: 4);
        using var student = ToyImages.Network(seed: 1);
        var options = new TrainingOptions { Epochs = 1, Threads = 1, CheckpointDirectory = _folder.Path };
        Run(student, options, new(first, Others, Names));

        var ensemble = new Teacher([new(first, Others, Names, 0.5), new(second, Others, Names, 0.5)]);
        foreach (var other in new[]
        {
            null, new Teacher(second, Others, Names), new Teacher(first, ToyImages.Preprocessing, Names), ensemble,
        })
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => { Run(student, options with { Resume = true }, other); });
            StringAssert.Matches(
                error.Message, new("another training: the teacher was tiny, 24 pixels, mean .+ and is (none|tiny|0.5 of tiny)"));
        }
    }

    [TestMethod]
    public void AnEnsembleIsKnownByItsNetworksAndTheirWeights()
    {
        using var first = ToyImages.Network(seed: 3);
        using var second = ToyImages.Network(seed: 4);
        var (one, other) = (new TeacherNetwork(first, Others, Names), new TeacherNetwork(second, Others, Names));

        Teacher[] teachers =
        [
            new([one with { Weight = 0.25 }, other with { Weight = 0.75 }]),
            new([one with { Weight = 0.75 }, other with { Weight = 0.25 }]),
            new([other with { Weight = 0.25 }, one with { Weight = 0.75 }]),
            new([one]),
        ];

        Assert.HasCount(4, teachers.Select(teacher => teacher.Describe()).Distinct());
        StringAssert.StartsWith(teachers[0].Describe(), "0.25 of tiny, 24 pixels, mean [0.5, 0.4, 0.3]");
        StringAssert.Contains(teachers[0].Describe(), "; 0.75 of tiny, 24 pixels");
    }

    private static TrainingHistory Run(ImageClassifierNetwork network, TrainingOptions options, Teacher? teacher) => TrainingLoop.Run(
        network, ToyImages.Preprocessing, ToyImages.Make(40) with { ClassNames = Names }, null, options, CPU, _ => { }, teacher);

    private static Distillation Make(Teacher teacher, TrainingOptions? options = null) =>
        new(teacher, ToyImages.Preprocessing, Names, options ?? new(), CPU);

    private static Tensor Normalized(Tensor pixels, Preprocessing preprocessing) =>
        (pixels - tensor(preprocessing.Mean.ToArray(), [3, 1, 1])) / tensor(preprocessing.Std.ToArray(), [3, 1, 1]);

    private static Tensor LogSoftmax(Tensor logits) => nn.functional.log_softmax(logits, 1);

    private static Tensor Rows(float[] values) => tensor(values, [2, 3]);

    private static Tensor Numbers(params long[] values) => tensor(values);

    private static byte[] Bytes(ImageClassifierNetwork network) =>
        [.. network.NamedState().SelectMany(entry => entry.Tensor.cpu().contiguous().bytes.ToArray())];
}
