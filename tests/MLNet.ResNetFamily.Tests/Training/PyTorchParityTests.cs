using System.Globalization;
using System.Runtime.InteropServices;
using MLNet.ResNetFamily.Tests.Weights;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class PyTorchParityTests
{
    private const int Size = 16;
    private const int ClassCount = 10;
    private const int BatchSize = 16;

    // The network as akamaster's ResNet-20 has it, and the recipe in PyTorch's own words.
    private const string Reference = """
        import math
        import torch.nn as nn, torch.nn.functional as F
        class Block(nn.Module):
            def __init__(self, i, o, s):
                super().__init__()
                self.conv1 = nn.Conv2d(i, o, 3, s, 1, bias=False); self.bn1 = nn.BatchNorm2d(o)
                self.conv2 = nn.Conv2d(o, o, 3, 1, 1, bias=False); self.bn2 = nn.BatchNorm2d(o)
                self.s, self.pad = s, (o - i) // 2
            def forward(self, x):
                y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
                return F.relu(y + F.pad(x[:, :, ::self.s, ::self.s], (0, 0, 0, 0, self.pad, self.pad)))
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False); self.bn1 = nn.BatchNorm2d(16)
                self.layer1 = nn.Sequential(*[Block(16, 16, 1) for _ in range(3)])
                self.layer2 = nn.Sequential(Block(16, 32, 2), Block(32, 32, 1), Block(32, 32, 1))
                self.layer3 = nn.Sequential(Block(32, 64, 2), Block(64, 64, 1), Block(64, 64, 1))
                self.linear = nn.Linear(64, 10)
            def forward(self, x):
                x = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
                return self.linear(x.mean((2, 3)))
        weights, images, labels, batch = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
        net = Net(); net.load_state_dict(torch.load(weights)); net.train()
        x = torch.frombuffer(bytearray(open(images, 'rb').read()), dtype=torch.float32).view(-1, 3, 16, 16)
        y = torch.frombuffer(bytearray(open(labels, 'rb').read()), dtype=torch.int32).long()
        decayed = [p for p in net.parameters() if p.dim() > 1]; others = [p for p in net.parameters() if p.dim() == 1]
        groups = [dict(params=decayed, weight_decay=5e-4), dict(params=others, weight_decay=0)]
        opt = torch.optim.SGD(groups, lr=0.001, momentum=0.9, nesterov=True)
        steps = len(y) // batch; rise = round(0.1 * steps)
        loss_of = nn.CrossEntropyLoss(label_smoothing=0.1)
        for s in range(steps):
            f = (s + 1) / (rise + 1) if s < rise else (1 + math.cos(math.pi * (s - rise) / (steps - rise))) / 2
            for g in opt.param_groups: g['lr'] = 0.001 * f
            opt.zero_grad()
            loss = loss_of(net(x[s*batch:(s+1)*batch]), y[s*batch:(s+1)*batch]); loss.backward(); opt.step()
            print(loss.item())
        """;

    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    // The learning rate is low: with 0.02 rounding errors grow fivefold a step, and two correct programs part after 15 steps.
    [TestMethod]
    public void TheLossesOfAnEpochAreThoseOfPyTorch()
    {
        var images = Images(161 * BatchSize);
        var losses = new List<float>();
        var recipe = new TrainingOptions
        {
            Epochs = 1, BatchSize = BatchSize, Augmentation = null, LearningRate = 0.001, Nesterov = true, Threads = 2,
            StepDone = (_, loss) => losses.Add(loss),
        };
        TorchSharp.torch.random.manual_seed(1);
        using var network = new ImageClassifierNetwork(Backbones.Named("resnet20_cifar"), ClassCount);
        var preprocessing = network.Backbone.Spec.Preprocessing.WithImageSize(Size);
        var (weights, pixels, labels) = (_folder.File("start.pth"), _folder.File("images"), _folder.File("labels"));
        WeightExport.Save(network, weights);
        WriteBatches(images, recipe, preprocessing, pixels, labels);
        var expected = PythonTorch.Run(Reference, weights, pixels, labels, $"{BatchSize}")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => float.Parse(line, CultureInfo.InvariantCulture)).ToArray();

        TrainingLoop.Run(network, preprocessing, images, null, recipe, CPU, _ => { });

        Assert.HasCount(161, losses);
        Assert.HasCount(161, expected);
        for (var step = 0; step < losses.Count; step += 50)
            Assert.AreEqual(expected[step], losses[step], 0.01 * expected[step], $"step {step}");
        Assert.IsLessThan(0.95 * expected[..10].Average(), expected[^10..].Average());        // it did learn something
    }

    // Each class has its color and its stripes, under noise.
    private static TrainingImages Images(int count)
    {
        var random = new Random(1);
        var items = new List<ImageItem>();
        for (var index = 0; index < count; index++)
        {
            var label = index % ClassCount;
            var phase = random.Next(8);
            var values = DrawnPixels.Of(Size, Size, (x, y, channel) =>
            {
                var stripe = (x * (1 + label % 3) + y * (label / 3) + phase) / 4 % 2;
                return random.Next(160) + 40 * stripe + (label % 3 == channel ? 50 : 0);
            });
            items.Add(new DecodedImage(new RgbImage(Size, Size, values), $"image {index}"));
        }
        return new(items, [.. Enumerable.Range(0, count).Select(index => index % ClassCount)], ClassCount);
    }

    private static void WriteBatches(
        TrainingImages images, TrainingOptions recipe, Preprocessing preprocessing, string pixels, string labels)
    {
        var dataset = new ImageDataset(images, "training", preprocessing, recipe, CPU, (_, _) => { });
        var order = EpochSampler.Of(dataset.ReadableIndices, images.ClassesOf, recipe, epoch: 1);
        using var stream = File.Create(pixels);
        foreach (var batch in dataset.Read(order.Indices, order.BatchSize, epoch: 1))
        {
            using (batch)
            {
                using var planes = batch.ToTensor().contiguous();
                stream.Write(planes.bytes);
            }
        }
        File.WriteAllBytes(labels, MemoryMarshal.AsBytes<int>(Array.ConvertAll(order.Indices, index => images.Labels[index])).ToArray());
    }
}
