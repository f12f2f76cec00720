using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StandIns.Tests;

[TestClass]
[DoNotParallelize]
public class MemoryTests
{
    [TestMethod]
    public void AThousandTrainingStepsLeaveTheMemoryWhereItWas()
    {
        using Sequential network = Sequential(Conv2d(3, 8, 3, padding: 1, bias: false), BatchNorm2d(8), ReLU(inplace: true), AdaptiveAvgPool2d(1), Flatten(), Linear(8, 4));
        using SGD optimizer = optim.SGD(network.parameters(), 0.01, 0.9, weight_decay: 1e-4, nesterov: true);
        using Tensor images = randn(8, 3, 16, 16), labels = randint(4, new long[] { 8 });
        Train(1000);
        long before = ResidentBytes(), tensors = Tensor.TotalCount;

        Train(1000);

        Assert.AreEqual(tensors, Tensor.TotalCount);
        Assert.IsLessThan(8L << 20, ResidentBytes() - before, "the resident memory grew");

        void Train(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                functional.cross_entropy(network.call(images), labels).backward();
                nn.utils.clip_grad_norm_(network.parameters(), 1);
                optimizer.step();
            }
        }
    }

    [TestMethod]
    public void TheFinaliserFreesWhatNobodyDisposedOf()
    {
        long before = Tensor.TotalCount;
        Forget();

        for (int i = 0; i < 20 && Tensor.TotalCount > before; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.IsLessThanOrEqualTo(before, Tensor.TotalCount);

        static void Forget()
        {
            for (int i = 0; i < 100; i++)
                _ = ones(1000);
        }
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Environment.WorkingSet;
    }
}
