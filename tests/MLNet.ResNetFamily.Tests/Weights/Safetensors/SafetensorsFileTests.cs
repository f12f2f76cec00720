using System.Text;

namespace MLNet.ResNetFamily.Tests.Weights;

[TestClass]
public sealed class SafetensorsFileTests
{
    [TestMethod]
    public void EveryTypeAndTheMetadataAreRead()
    {
        var expected = Checkpoints.Expected("all_dtypes.safetensors");

        using var file = new SafetensorsFile(Checkpoints.PathOf("all_dtypes.safetensors"));

        Checkpoints.AssertHolds(file, expected.GetProperty("tensors"));
        Assert.AreEqual("pt", file.Metadata["format"]);
        Assert.AreEqual("naïve ✓", file.Metadata["note"]);
    }

    [TestMethod]
    public void AFileWithoutTensorsIsValid()
    {
        using var file = WeightFile.Open(Checkpoints.PathOf("empty.safetensors"));

        Assert.IsEmpty(file.Tensors);
        Assert.IsEmpty(file.Metadata);
    }

    [TestMethod]
    [DataRow("overlapping_offsets", "overlap")]
    [DataRow("header_length_beyond_file", "the header should have")]
    [DataRow("header_length_huge", "the header should have 9223372036854775813 bytes")]
    [DataRow("header_length_zero", "the header's length is 0")]
    [DataRow("offset_beyond_file", "the tensors take")]
    [DataRow("offsets_reversed", "before they begin")]
    [DataRow("hole_between_tensors", "leave a hole")]
    [DataRow("trailing_bytes", "follow the header")]
    [DataRow("shape_size_mismatch", "needs 20 bytes, but has 16")]
    [DataRow("shape_overflow", "impossible shape")]
    [DataRow("shape_negative", "whole numbers")]
    [DataRow("unknown_dtype", "has dtype")]
    [DataRow("duplicate_key", "stands twice")]
    [DataRow("not_json", "not valid JSON")]
    [DataRow("json_array", "does not begin with '{'")]
    [DataRow("invalid_utf8", "not valid UTF-8")]
    [DataRow("offsets_not_integers", "whole numbers")]
    [DataRow("missing_field", "lacks")]
    [DataRow("deeply_nested_json", "is not an object")]
    [DataRow("seven_bytes", "it has 7 bytes")]
    [DataRow("truncated", "follow the header")]
    public void ABrokenFileIsRefusedWithItsPathAndTheReason(string name, string reason)
    {
        var path = Checkpoints.PathOf($"bad_{name}.safetensors");

        var error = Assert.ThrowsExactly<InvalidDataException>(() => Checkpoints.ReadAll(path));

        StringAssert.StartsWith(error.Message, $"'{path}' is not a sound safetensors file");
        StringAssert.Contains(error.Message, reason);
    }

    [TestMethod]
    [DataRow("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}} x""", "not valid JSON")]
    [DataRow("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"shape":[1]}}""", "the field 'shape' twice")]
    [DataRow("""{"a":{"dtype":"U8","shape":[-0],"data_offsets":[0,0]}}""", "whole numbers")]
    [DataRow("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}""", "more than 2 numbers")]
    [DataRow("""{"a":1}""", "is not an object")]
    [DataRow("""{"__metadata__":{"a":1}}""", "metadata 'a' is not text")]
    [DataRow("""{"__metadata__":{"a":"1","a":"2"}}""", "metadata 'a' stands twice")]
    [DataRow("""{"\ud800":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", "not valid JSON")]
    [DataRow("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},}""", "not valid JSON")]
    [DataRow("""{/**/}""", "not valid JSON")]
    [DataRow("""{"a":{"b":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}}""", "not valid JSON")]
    public void AHeaderThatBreaksARuleIsRefused(string json, string reason)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => SafetensorsHeader.Parse(Encoding.UTF8.GetBytes(json), "a block"));

        StringAssert.StartsWith(error.Message, "'a block'");
        StringAssert.Contains(error.Message, reason);
    }

    [TestMethod]
    public void AFieldThatTheFormatDoesNotKnowIsPassedOver()
    {
        const string json = """{"a":{"dtype":"U8","extra":{"b":[1,2]},"shape":[2],"data_offsets":[0,2]}}""";

        var header = SafetensorsHeader.Parse(Encoding.UTF8.GetBytes(json), "a block");

        Assert.AreEqual("a", header.Entries.Single().Tensor.Key);
    }

    [TestMethod]
    public void AStreamThatClaimsAHugeHeaderTakesNoMemoryForIt()
    {
        var claim = new byte[100];
        BitConverter.TryWriteBytes(claim, SafetensorsHeader.MaximumLength);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.ThrowsExactly<InvalidDataException>(() => SafetensorsHeader.Read(new MemoryStream(claim), "a block"));

        Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void AnUnknownKeyIsAnsweredWithTheKnownOnes()
    {
        using var file = new SafetensorsFile(Checkpoints.PathOf("all_dtypes.safetensors"));

        var error = Assert.ThrowsExactly<ArgumentException>(() => file["fc.wieght"]);

        StringAssert.Contains(error.Message, "'fc.wieght'");
        StringAssert.Contains(error.Message, "'conv1.weight'");
        StringAssert.Contains(error.Message, "27 in all");
    }
}
