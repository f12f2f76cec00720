using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Packages;

/// <summary>What weight files, seeds and scripts take for granted of TorchSharp's tensors.</summary>
[TestClass]
public sealed class TensorTests
{
    [TestMethod]
    public void BytesAreTheMemoryItself()
    {
        using var target = zeros(2, 2);

        MemoryMarshal.AsBytes<float>(new float[] { 1, 2, 3, 4 }).CopyTo(target.bytes);
        MemoryMarshal.Cast<byte, float>(target.bytes)[3] = 40;

        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 40 }, target.data<float>().ToArray());
    }

    /// <summary>So weights in another order are copied before their bytes are taken.</summary>
    [TestMethod]
    public void ATurnedTensorIsNotContiguousAndHasNoBytes()
    {
        using var scope = NewDisposeScope();
        var turned = arange(6).reshape(2, 3).t();

        Assert.IsFalse(turned.is_contiguous());
        Assert.ThrowsExactly<InvalidOperationException>(() => turned.bytes.Length);
    }

    [TestMethod]
    public void DataComeInTheOrderOfTheShape()
    {
        using var scope = NewDisposeScope();
        var turned = arange(6).reshape(2, 3).t();

        CollectionAssert.AreEqual(new long[] { 0, 3, 1, 4, 2, 5 }, turned.data<long>().ToArray());
        CollectionAssert.AreEqual(new long[] { 0, 3, 1, 4, 2, 5 }, turned.data<long>().ToList());
    }

    [TestMethod]
    public void ATensorOfABufferSharesTheArrayFromItsOffsetOn()
    {
        using var scope = NewDisposeScope();
        var array = new float[] { 1, 2, 3, 4 };
        var shared = frombuffer(array, ScalarType.Float32, count: 2, offset: 1);

        array[2] = 30;

        CollectionAssert.AreEqual(new float[] { 2, 30 }, shared.data<float>().ToArray());
    }

    /// <summary>Weights change their order in memory under an optimizer that holds them.</summary>
    [TestMethod]
    public void SetGivesATensorTheMemoryOfAnother()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var own = new TorchSharp.Modules.Parameter(zeros(2, 2));
        var other = arange(4, ScalarType.Float32).reshape(2, 2).t();

        own.set_(other);
        other.add_(10);

        CollectionAssert.AreEqual(new float[] { 10, 12, 11, 13 }, own.data<float>().ToArray());
        Assert.IsFalse(own.is_contiguous());
        Assert.IsTrue(own.requires_grad);
    }

    [TestMethod]
    public void ASeedGivesTheSameNumbersAndAStateGoesOnWithThem()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var first = randn(5);
        var state = get_rng_state();
        var second = rand(5);

        manual_seed(7);
        var again = randn(5);
        rand(100);
        set_rng_state(state);
        var secondAgain = rand(5);

        Assert.IsTrue(first.equal(again).all().item<bool>());
        Assert.IsTrue(second.equal(secondAgain).all().item<bool>());
        Assert.AreEqual(ScalarType.Byte, state.dtype);
    }

    [TestMethod]
    public void AScriptIsCompiledAndCalledWithTensorsAndIntegers()
    {
        using var scope = NewDisposeScope();
        using var unit = jit.compile("def scaled(x, factor: int):\n    return x * factor\n");

        Assert.AreEqual(6, unit.invoke<Tensor>("scaled", tensor(3f), 2).item<float>());
    }

    /// <summary>By this type the library learns that a libtorch cannot do something.</summary>
    [TestMethod]
    public void AScriptThatFailsIsAnExternalExceptionInLibtorchsWords()
    {
        using var scope = NewDisposeScope();
        using var unit = jit.compile("def failing(x):\n    return x.reshape(7)\n");

        var error = Assert.ThrowsExactly<ExternalException>(() => unit.invoke<Tensor>("failing", ones(3)));

        StringAssert.Contains(error.Message, "shape '[7]' is invalid for input of size 3");
    }

    [TestMethod]
    public void ATensorInTheBlockedLayoutBecomesDenseAgain()
    {
        using var scope = NewDisposeScope();
        using var unit = jit.compile("def blocked(x):\n    return x.to_mkldnn()\n");
        var values = rand(2, 3, 5, 7);

        var blocked = unit.invoke<Tensor>("blocked", values);

        Assert.IsTrue(values.equal(blocked.to_dense()).all().item<bool>());
    }

    /// <summary>So each thread that computes sets it.</summary>
    [TestMethod]
    public void TheNumberOfThreadsBelongsToTheThreadThatSetIt()
    {
        var before = get_num_threads();
        set_num_threads(2);

        var other = new Thread(() => set_num_threads(1));
        other.Start();
        other.Join();

        var after = get_num_threads();
        set_num_threads(before);
        Assert.AreEqual(2, after);
    }
}
