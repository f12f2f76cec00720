using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace StandIns.Tests;

[TestClass]
public class TensorTests
{
    [TestMethod]
    public void ArithmeticBroadcastsAndKeepsElementTypes()
    {
        using var scope = NewDisposeScope();
        Tensor a = tensor(new float[,] { { 1, 2 }, { 3, 4 } });
        Tensor b = tensor(new float[] { 10, 20 });

        Tensor result = ((a + b) * 2 - 1f) / 3;

        CollectionAssert.AreEqual(new float[] { 7, 43f / 3, 25f / 3, 47f / 3 }, result.data<float>().ToArray());
        Assert.AreEqual(ScalarType.Float32, result.dtype);
        CollectionAssert.AreEqual(new long[] { 2, 2 }, result.shape);
        Assert.AreEqual(ScalarType.Int64, (tensor(new long[] { 1, 2 }) * 3).dtype);
        CollectionAssert.AreEqual(new float[] { 9, 18 }, (10 * b / 10 - tensor(new float[] { 1, 2 })).data<float>().ToArray());
        CollectionAssert.AreEqual(new float[] { 1 - 10, 1 - 20 }, (1 - b).data<float>().ToArray());
    }

    [TestMethod]
    public void FactoriesTakeShapeTypeAndValue()
    {
        using var scope = NewDisposeScope();

        CollectionAssert.AreEqual(new long[] { 2, 3, 4, 5 }, zeros(2, 3, 4, 5).shape);
        CollectionAssert.AreEqual(new float[] { 1, 1, 1 }, ones(3).data<float>().ToArray());
        CollectionAssert.AreEqual(new double[] { 7, 7 }, full(2, 7, ScalarType.Float64).data<double>().ToArray());
        CollectionAssert.AreEqual(new long[] { 0, 1, 2, 3 }, arange(4).data<long>().ToArray());
        CollectionAssert.AreEqual(new float[] { 0, 0.5f, 1 }, linspace(0, 1, 3).data<float>().ToArray());
        Assert.AreEqual(ScalarType.Int64, randint(10, new long[] { 4 }).dtype);
        Assert.AreEqual(42, tensor(42).item<int>());
        Assert.IsTrue(ones(2, requires_grad: true).requires_grad);
    }

    [TestMethod]
    public void TensorCopiesTheArrayAndFromArraySharesIt()
    {
        using var scope = NewDisposeScope();
        float[] array = [1, 2, 3];
        Tensor copied = tensor(array), shared = from_array(array), buffer = frombuffer(array, ScalarType.Float32, count: 2, offset: 1);

        array[1] = 20;

        CollectionAssert.AreEqual(new float[] { 1, 2, 3 }, copied.data<float>().ToArray());
        CollectionAssert.AreEqual(new float[] { 1, 20, 3 }, shared.data<float>().ToArray());
        CollectionAssert.AreEqual(new float[] { 20, 3 }, buffer.data<float>().ToArray());
    }

    [TestMethod]
    public void BytesReadAndWriteTheMemory()
    {
        using var scope = NewDisposeScope();
        Tensor target = zeros(2, 2);

        target.bytes = MemoryMarshal.AsBytes<float>(new float[] { 1, 2, 3, 4 }).ToArray();
        MemoryMarshal.Cast<byte, float>(target.bytes)[3] = 40;

        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 40 }, target.data<float>().ToArray());
        Assert.ThrowsExactly<ArgumentException>(() => target.bytes = new byte[3]);
        Assert.ThrowsExactly<InvalidOperationException>(() => target.t().bytes.Length);
    }

    [TestMethod]
    public void DataFollowsTheStridesOfAView()
    {
        using var scope = NewDisposeScope();
        Tensor view = arange(6).reshape(2, 3).t();

        CollectionAssert.AreEqual(new long[] { 0, 3, 1, 4, 2, 5 }, view.data<long>().ToArray());
        Assert.AreEqual(4, view.data<long>()[1, 1]);
        CollectionAssert.AreEqual(new long[] { 0, 3, 1, 4, 2, 5 }, view.data<long>().ToList());
        Assert.ThrowsExactly<ArgumentException>(() => view.data<float>());
    }

    [TestMethod]
    public void IndexingSelectsSlicesAndGathers()
    {
        using var scope = NewDisposeScope();
        Tensor source = arange(24).reshape(2, 3, 4);

        Assert.AreEqual(23, source[1, 2, 3].item<long>());
        CollectionAssert.AreEqual(new long[] { 12, 13, 14, 15 }, source[1][0].data<long>().ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 5, 9, 13, 17, 21 }, source[TensorIndex.Ellipsis, TensorIndex.Single(1)].data<long>().ToArray());
        CollectionAssert.AreEqual(new long[] { 2, 1, 4 }, source[TensorIndex.Colon, 1..2].shape);
        CollectionAssert.AreEqual(new long[] { 1, 2, 3, 4 }, source[TensorIndex.None, TensorIndex.Colon].shape);
        CollectionAssert.AreEqual(new long[] { 8, 20 }, source[TensorIndex.Colon, TensorIndex.Tensor(tensor(2L)), TensorIndex.Single(0)].data<long>().ToArray());
        CollectionAssert.AreEqual(new long[] { 20, 21, 22, 23 }, source[source > 19].data<long>().ToArray());

        source[0, 0] = tensor(new long[] { 9, 9, 9, 9 });
        source[TensorIndex.Single(1), TensorIndex.Slice(1, 3), TensorIndex.Single(0)] = tensor(-1L);

        CollectionAssert.AreEqual(new long[] { 9, 9, 9, 9 }, source[0, 0].data<long>().ToArray());
        CollectionAssert.AreEqual(new long[] { 12, -1, -1 }, source[1, .., 0].data<long>().ToArray());
    }

    [TestMethod]
    public void ReductionsAndOrderings()
    {
        using var scope = NewDisposeScope();
        Tensor source = tensor(new float[,] { { 1, 5, 2 }, { 7, 3, 4 } });

        (Tensor values, Tensor indices) = source.max(1);
        (Tensor best, Tensor places) = source.topk(2);

        CollectionAssert.AreEqual(new float[] { 5, 7 }, values.data<float>().ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 0 }, indices.data<long>().ToArray());
        CollectionAssert.AreEqual(new float[] { 5, 2, 7, 4 }, best.data<float>().ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 2, 0, 2 }, places.data<long>().ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 0 }, source.argmax(1).data<long>().ToArray());
        CollectionAssert.AreEqual(new float[] { 4, 4, 3 }, source.mean([0]).data<float>().ToArray());
        Assert.AreEqual(22, source.sum().item<float>());
        Assert.AreEqual(22, (float)source.sum());
        Assert.AreEqual(Math.Sqrt(104), source.norm().item<float>(), 1e-5);
        Assert.AreEqual(1, source.softmax(1)[0].sum().item<float>(), 1e-6);
    }

    [TestMethod]
    public void ConversionsKeepValuesAndCanDisposeTheSource()
    {
        Tensor source = tensor(new float[] { 1.5f, -2 });

        using Tensor asDouble = source.to(ScalarType.Float64, disposeAfter: true);
        using Tensor asHalf = asDouble.@half();
        using Tensor asBrain = asDouble.bfloat16();
        using Tensor back = asBrain.@float();

        Assert.IsTrue(source.IsInvalid);
        CollectionAssert.AreEqual(new double[] { 1.5, -2 }, asDouble.data<double>().ToArray());
        CollectionAssert.AreEqual(new Half[] { (Half)1.5, (Half)(-2) }, asHalf.data<Half>().ToArray());
        CollectionAssert.AreEqual(new float[] { 1.5f, -2 }, back.data<float>().ToArray());
    }

    [TestMethod]
    public void AShapeMismatchIsAnExternalExceptionInLibtorchsWords()
    {
        using Tensor a = ones(2, 3), b = ones(4, 5);

        ExternalException exception = Assert.ThrowsExactly<ExternalException>(() => a + b);

        StringAssert.Contains(exception.Message, "The size of tensor a (3) must match the size of tensor b (5) at non-singleton dimension 1");
    }

    [TestMethod]
    public void ADisposedTensorCannotBeUsed()
    {
        Tensor gone = ones(2);
        using Tensor other = ones(2);
        gone.Dispose();
        gone.Dispose();

        Assert.IsTrue(gone.IsInvalid);
        Assert.ThrowsExactly<InvalidOperationException>(() => gone.shape);
        Assert.ThrowsExactly<InvalidOperationException>(() => gone + 1);
        Assert.ThrowsExactly<InvalidOperationException>(() => other.add_(gone));
        Assert.ThrowsExactly<InvalidOperationException>(() => cat([other, gone]));
    }

    [TestMethod]
    public void TheSameSeedGivesTheSameNumbers()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        Tensor first = randn(5), state = get_rng_state(), second = rand(5);

        manual_seed(7);
        Tensor again = randn(5);
        set_rng_state(state);
        Tensor secondAgain = rand(5);
        using var generator = new Generator(3);
        Tensor own = randperm(20, generator: generator), continued = randperm(20, generator: generator);
        generator.manual_seed(3);

        Assert.IsTrue(first.Equals(again));
        Assert.IsTrue(second.Equals(secondAgain));
        Assert.IsFalse(own.Equals(continued));
        Assert.IsTrue(own.Equals(randperm(20, generator: generator)));
    }

    [TestMethod]
    public void ATensorInAnotherLayoutBecomesDenseAgain()
    {
        using var scope = NewDisposeScope();
        using var unit = jit.compile("def blocked(x):\n    return x.to_mkldnn()\n");
        var values = rand(2, 3, 5, 7);

        var blocked = unit.invoke<Tensor>("blocked", values);

        Assert.IsTrue(values.equal(blocked.to_dense()).all().item<bool>());
    }

    [TestMethod]
    public void ThreadCountCanBeSet()
    {
        int before = get_num_threads();

        set_num_threads(2);

        Assert.AreEqual(2, get_num_threads());
        set_num_threads(before);
    }
}
