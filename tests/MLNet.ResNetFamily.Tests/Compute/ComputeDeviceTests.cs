using TorchSharp;

namespace MLNet.ResNetFamily.Tests.Compute;

[TestClass]
public sealed class ComputeDeviceTests
{
    [TestMethod]
    [DataRow("auto")]
    [DataRow("cpu")]
    [DataRow("cuda:0")]
    [DataRow("cuda:3")]
    public void ANameIsReadAndWritten(string name) => Assert.AreEqual(name, ComputeDevice.Parse(name).ToString());

    [TestMethod]
    public void CudaIsTheFirstCudaDevice()
    {
        Assert.AreEqual(ComputeDevice.Cuda(0), ComputeDevice.Parse("cuda"));
        Assert.AreNotEqual(ComputeDevice.Cuda(0), ComputeDevice.Cuda(1));
    }

    [TestMethod]
    [DataRow("gpu")]
    [DataRow("")]
    [DataRow("cuda:")]
    [DataRow("cuda:-1")]
    [DataRow("cuda:x")]
    public void AnUnknownNameListsTheKnownOnes(string name)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => ComputeDevice.Parse(name));

        StringAssert.Contains(error.Message, $"'{name}'");
        StringAssert.Contains(error.Message, "auto, cpu, cuda or cuda:N");
    }

    [TestMethod]
    public void ANegativeNumberIsRefused() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ComputeDevice.Cuda(-1));

    [TestMethod]
    public void TheProcessorIsTheProcessorWhateverTheContextAsksFor() =>
        Assert.AreEqual(DeviceType.CPU, ComputeDevice.Cpu.Resolve(gpuDeviceId: 99, fallbackToCpu: false).type);

    [TestMethod]
    public void AutoTakesACudaDeviceWhereThereIsOne()
    {
        var expected = torch.cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU;

        Assert.AreEqual(expected, ComputeDevice.Auto.Resolve(gpuDeviceId: null, fallbackToCpu: false).type);
    }

    [TestMethod]
    public void AutoFallsBackToTheProcessorOnlyWhenTheContextAllowsIt()
    {
        Assert.AreEqual(DeviceType.CPU, ComputeDevice.Auto.Resolve(gpuDeviceId: 99, fallbackToCpu: true).type);

        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => ComputeDevice.Auto.Resolve(gpuDeviceId: 99, fallbackToCpu: false));
        StringAssert.Contains(error.Message, "'GpuDeviceId' 99");
        StringAssert.Contains(error.Message, "FallbackToCpu");
    }

    [TestMethod]
    public void ADeviceThatTheMachineLacksIsNeverReplacedInSilence()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => ComputeDevice.Cuda(99).Resolve(gpuDeviceId: null, fallbackToCpu: true));

        StringAssert.Contains(error.Message, "'cuda:99'");
    }
}
