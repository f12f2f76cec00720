using System.Diagnostics;
using MLNet.ResNetFamily.Tests.Weights.Onnx;

namespace MLNet.ResNetFamily.Tests.Weights;

/// <summary>Each good file, damaged 2,000 times: it is read or refused, in time, in bounded memory, and never anything else.</summary>
[TestClass]
public sealed class WeightFileFuzzTests
{
    private const int MutationCount = 2_000;
    private const int Seed = 20_151_210;
    private const long MemoryAllowance = 64 << 20;

    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(2);

    private readonly List<(long Offset, int Length)> _touched = [];

    [TestMethod]
    [DataRow("tiny_zip.pth")]
    [DataRow("tiny_legacy.pth")]
    [DataRow("good_deflated_zip.pth")]
    [DataRow("training_checkpoint_zip.pth")]
    [DataRow("training_checkpoint_legacy.pth")]
    [DataRow("checkpoint_with_numpy_scalars.pth")]
    [DataRow("all_dtypes.safetensors")]
    [DataRow("empty.safetensors")]
    public void ADamagedFileIsReadOrRefused(string name) => DamageAndRead(Checkpoints.PathOf(name));

    [TestMethod]
    public void ADamagedOnnxModelIsReadOrRefused()
    {
        using var folder = new TemporaryFolder();
        DamageAndRead(OnnxModels.OfEveryKind().Save(folder));
    }

    [TestMethod]
    [TestCategory("Long")]
    [DataRow("resnet18_10class_fp16.pth")]
    [DataRow("resnet18_10class_fp16.safetensors")]
    public void ADamagedNetworkIsReadOrRefused(string name) => DamageAndRead(Checkpoints.PathOf(name));

    private void DamageAndRead(string source)
    {
        var original = File.ReadAllBytes(source);
        using var folder = new TemporaryFolder();
        var path = folder.File(Path.GetFileName(source));
        var random = new Random(Seed);
        var refused = 0;
        File.WriteAllBytes(path, original);

        for (var round = 0; round < MutationCount; round++)
        {
            using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite))
                Damage(file, original, random);
            refused += IsRefused(path, original.Length, round) ? 1 : 0;
            using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite))
                Restore(file, original);
        }

        Assert.IsGreaterThan(MutationCount / 10, refused, "hardly any damage was noticed");
    }

    private static bool IsRefused(string path, long fileLength, int round)
    {
        var (allocated, watch) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
        var isRefused = false;
        try
        {
            Checkpoints.ReadAll(path);
        }
        catch (InvalidDataException error)
        {
            Assert.Contains(path, error.Message);
            isRefused = true;
        }
        catch (Exception error)
        {
            Assert.Fail($"damage {round} of '{path}' gave {error}");
        }
        Assert.IsLessThan(LongestRead, watch.Elapsed, $"damage {round}");
        Assert.IsLessThan(4 * fileLength + MemoryAllowance, GC.GetAllocatedBytesForCurrentThread() - allocated, $"damage {round}");
        return isRefused;
    }

    private void Damage(FileStream file, byte[] original, Random random)
    {
        switch (random.Next(3))
        {
            case 0:
                for (var count = random.Next(1, 4); count > 0; count--)
                {
                    var offset = Place(original, random);
                    Overwrite(file, offset, [(byte)(original[offset] ^ (1 << random.Next(8)))]);
                }
                break;
            case 1:
                file.SetLength(Place(original, random));
                break;
            default:
                var (from, length) = (Place(original, random), random.Next(1, 200));
                Overwrite(file, Place(original, random), original.AsSpan(from, Math.Min(length, original.Length - from)));
                break;
        }
    }

    // Half of the damage goes where the structure is: into the first and last bytes.
    private static int Place(byte[] original, Random random)
    {
        var edge = Math.Min(original.Length, 12_000);
        return random.Next(4) switch
        {
            0 => random.Next(edge),
            1 => original.Length - 1 - random.Next(edge),
            _ => random.Next(original.Length),
        };
    }

    private void Overwrite(FileStream file, long offset, ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..(int)Math.Min(bytes.Length, file.Length - offset)];
        file.Position = offset;
        file.Write(bytes);
        _touched.Add((offset, bytes.Length));
    }

    private void Restore(FileStream file, byte[] original)
    {
        foreach (var (offset, length) in _touched)
        {
            file.Position = offset;
            file.Write(original, (int)offset, length);
        }
        _touched.Clear();
        var kept = (int)file.Length;
        file.Position = kept;
        file.Write(original, kept, original.Length - kept);
    }
}
