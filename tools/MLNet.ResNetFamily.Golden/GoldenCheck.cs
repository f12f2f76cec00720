using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Golden;

// Builds the network that a file names, fills it by the rule and compares everything that the file holds.
internal sealed partial class GoldenCheck
{
    // A right float32 implementation is within ten times the error that the reference itself made in float32.
    private const double Margin = 10;

    // Float32 has 24 bits: no loss can be told apart from its neighbour below this relative difference.
    private const double RelativeRounding = 1.2e-7;

    // For files that state no errors: the largest that others state, for logits as a share of their length, and for gradients.
    private const double UsualError = 1.7e-7;
    private const double UsualGradientError = 7.4e-4;

    private readonly GoldenFile _file;
    private readonly GoldenReport _report;
    private readonly BackboneSpec _spec;
    private readonly Dictionary<string, string> _ownKeys = [];

    private GoldenCheck(GoldenFile file, GoldenReport report)
    {
        _file = file;
        _report = report;
        var spec = Backbones.Named(file.Arch!);
        if (file.InputShape is { } shape)
            spec = spec with { InputChannels = (int)shape[1] };
        // timm's Inception v3 comes without the auxiliary classifier, torchvision's with it.
        if (file.StateDict is { } tensors)
        {
            var hasAuxiliary = tensors.Any(tensor => IsAuxiliary(tensor.Name));
            spec = spec switch
            {
                InceptionV3Spec third => third with { AuxiliaryHead = hasAuxiliary },
                GoogLeNetSpec first => first with { AuxiliaryHeads = hasAuxiliary },
                _ => spec,
            };
        }
        // What dropout leaves out is chance, so that numbers of training steps can only come from networks without it.
        _spec = spec switch
        {
            InceptionV3Spec third => third with { Dropout = 0 },
            GoogLeNetSpec first => first with { Dropout = 0, AuxiliaryDropout = 0 },
            VggSpec vgg => vgg with { Dropout = 0 },
            AlexNetSpec alex => alex with { Dropout = 0 },
            _ => spec,
        };
    }

    public static GoldenReport Run(string path)
    {
        var report = new GoldenReport(Path.GetFileNameWithoutExtension(path));
        try
        {
            var file = GoldenFile.Read(path);
            using var scope = NewDisposeScope();
            new GoldenCheck(file, report).Run();
        }
        // A number where a text should be is an InvalidOperationException.
        catch (Exception error)
            when (error is ArgumentException or InvalidDataException or InvalidOperationException or JsonException or IOException
                or ExternalException)
        {
            report.Misfit(error.Message);
        }
        return report;
    }

    /// <summary>The network that a file names, filled by the rule, in evaluation mode, and the images that its numbers are about.</summary>
    public static (ImageClassifierNetwork Network, Tensor Images) Filled(GoldenFile file)
    {
        var check = new GoldenCheck(file, new GoldenReport(file.Arch!));
        var network = new ImageClassifierNetwork(check._spec, check.ClassCount());
        network.eval();
        check.Structure(network);
        check.Fill(network, file.Suffix ?? "", file.StateDictSha256, "");
        return (network, check.Images(file.InputShape!, file.Suffix ?? "", file.InputSha256, ""));
    }

    private void Run()
    {
        using (var network = new ImageClassifierNetwork(_spec, ClassCount()))
        {
            network.eval();
            Structure(network);
            if (!_report.IsOk)
                return;
            Scores(network, _file, "");
            foreach (var numbers in _file.OtherSeeds)
                Scores(network, numbers, $"{numbers.Suffix} ");
        }
        foreach (var (training, suffix) in _file.OtherSeeds.Prepend(_file).Select(numbers => (numbers.Train, numbers.Suffix)))
        {
            if (training is not null)
                Training(training, training.Suffix ?? suffix ?? "");
        }
    }

    private int ClassCount() =>
        _file.NumClasses
        ?? (int?)_file.StateDict?.LastOrDefault(tensor => tensor.Name.EndsWith(".bias", StringComparison.Ordinal))?.Shape[0]
        ?? _spec.PublishedClassCount;

    private void Structure(ImageClassifierNetwork network)
    {
        var own = network.NamedState().ToDictionary(entry => entry.Key, entry => entry.Tensor);
        if (_file.StateDict is { } stored)
        {
            foreach (var (name, ownKey) in KeyRenames.Match([.. stored.Select(tensor => tensor.Name)], own.Keys.ToHashSet(), _spec.HeadKey))
                _ownKeys.Add(name, ownKey);
        }
        var listed = Listed(network).ToDictionary(entry => entry.OwnKey, entry => entry.Golden);
        foreach (var key in own.Keys.Except(listed.Keys))
            _report.Misfit($"'{key}' is not in the file");
        foreach (var (key, golden) in listed)
        {
            if (!own.TryGetValue(key, out var tensor))
                _report.Misfit($"the network has no '{key}'" + (key == golden.Name ? "" : $" (in the file '{golden.Name}')"));
            else if (!tensor.shape.SequenceEqual(golden.Shape))
                _report.Misfit($"'{key}' has shape [{string.Join(", ", tensor.shape)}], not [{string.Join(", ", golden.Shape)}]");
            else if (golden.Type != TypeName(tensor))
                _report.Misfit($"'{key}' is of type {TypeName(tensor)}, not {golden.Type}");
        }
        if (_file.StateDict is not null)
        {
            _report.Figure($"{listed.Count} keys");
            // Another dialect may list its tensors in another order.
            if (_ownKeys.All(pair => pair.Key == pair.Value)
                && own.Keys.Zip(listed.Keys).FirstOrDefault(pair => pair.First != pair.Second) is (string first, string second))
                _report.Misfit($"'{first}' stands where the file lists '{second}'");
        }

        var parameters = network.parameters().Sum(parameter => parameter.numel());
        _report.Equal("parameters", parameters, _file.Parameters ?? parameters);
        _report.Figure($"{parameters:N0} parameters");
        if (_file.MultiplyAdds is { } multiplyAdds)
        {
            var (height, width) = _file.InputShape is { } shape
                ? (shape[2], shape[3])
                : (_spec.Preprocessing.ImageSize, _spec.Preprocessing.ImageSize);
            var found = NetworkSummary.Of(network, height, width).MultiplyAdds;
            _report.Equal("multiply-adds", found, multiplyAdds);
            _report.Figure($"{found:N0} multiply-adds");
        }
        foreach (var norm in network.modules().OfType<NormBase>())
        {
            if (_file.BnEps is { } eps && !eps.Contains(norm.eps))
                _report.Misfit($"a batch norm has eps {norm.eps}, not {string.Join(" or ", eps)}");
            if (_file.BnMomentum is { } momentum && !momentum.Contains(norm.momentum ?? double.NaN))
                _report.Misfit($"a batch norm has momentum {norm.momentum}, not {string.Join(" or ", momentum)}");
        }
    }

    private void Scores(ImageClassifierNetwork network, GoldenNumbers numbers, string seed)
    {
        var suffix = numbers.Suffix ?? "";
        Fill(network, suffix, numbers.StateDictSha256, seed);
        if ((numbers.InputShape ?? _file.InputShape) is not { } shape)
            return;
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var images = Images(shape, suffix, numbers.InputSha256, seed);
        if (numbers.Eval is null && numbers.Pooled is null)
            return;
        var features = network.Backbone.call(images);
        var logits = Rows(network.Head.call(features));
        var limit = Margin * (numbers.Float32MaxAbsErrorOfReference ?? _file.Float32MaxAbsErrorOfReference
            ?? UsualError * logits.Max(Length));
        if (numbers.Eval is { } eval)
            Logits(logits, eval, numbers, limit, seed);
        if (numbers.Pooled is { } pooled)
            Pooled(Rows(features), logits, pooled, limit, seed);
    }

    private void Logits(double[][] logits, GoldenScores[] eval, GoldenNumbers numbers, double limit, string seed)
    {
        _report.Within($"{seed}logits", eval.SelectMany((scores, i) =>
            Differences(logits[i], scores.Logits ?? [], whole: true)
                .Concat(Differences(logits[i], scores.LogitsFirst100 ?? [], whole: false))), limit);
        for (var i = 0; i < eval.Length; i++)
        {
            // If every logit is within the limit, their sum is within K times and their length within √K times of it.
            var row = logits[i];
            if (eval[i].Sum is { } sum && !(Math.Abs(row.Sum() - sum) <= Math.Max(limit * row.Length, Rounding(sum))))
                _report.Misfit($"{seed}image {i}: sum of logits is {row.Sum():R}, not {sum:R}");
            if (eval[i].L2 is { } l2 && !(Math.Abs(Length(row) - l2) <= Math.Max(limit * Math.Sqrt(row.Length), Rounding(l2))))
                _report.Misfit($"{seed}image {i}: length of logits is {Length(row):R}, not {l2:R}");
            var order = Enumerable.Range(0, row.Length).OrderByDescending(index => row[index]).ToArray();
            if ((numbers.SmallestTop1Top2Gap ?? _file.SmallestTop1Top2Gap ?? double.MaxValue) > 2 * limit && eval[i].Argmax is { } argmax)
                _report.Equal($"{seed}image {i}: argmax", order[0], argmax);
            // Classes whose logits are nearer to each other than the limit may change places.
            if (eval[i].Top5 is { } top5 && top5.Zip(order).Any(pair => Math.Abs(row[pair.First] - row[pair.Second]) > 2 * limit))
            {
                _report.Misfit(
                    $"{seed}image {i}: best classes are {string.Join(" ", order.Take(top5.Length))}, not {string.Join(" ", top5)}");
            }
        }
    }

    // The reference states no error for pooled features; they are as precise as logits, in proportion to their size.
    private void Pooled(double[][] features, double[][] logits, GoldenVector[] pooled, double limit, string seed)
    {
        _report.Within($"{seed}pooled (share of the limit)", pooled.SelectMany((vector, i) =>
        {
            var row = features[i];
            if ((vector.Dim ?? row.Length) != row.Length)
            {
                _report.Misfit($"{seed}pooled has {row.Length} values, not {vector.Dim}");
                return [];
            }
            var rowLimit = limit * Math.Max(1, MeanSize(row) / MeanSize(logits[i]));
            var shares = Differences(row, vector.First16 ?? [], whole: false).Select(difference => difference / rowLimit);
            return vector.L2 is { } l2
                ? shares.Append(Math.Abs(Length(row) - l2) / Math.Max(rowLimit * Math.Sqrt(row.Length), Rounding(l2)))
                : shares;
        }), 1);

        static double MeanSize(double[] row) => Length(row) / Math.Sqrt(row.Length);
    }

    // The network's tensors in the file's order, or in the network's own when the file lists none.
    private IEnumerable<(string OwnKey, GoldenTensor Golden)> Listed(ImageClassifierNetwork network)
    {
        if (_file.StateDict is { } rows)
            return rows.Select(row => (OwnKey(row.Name), row));
        return network.NamedState().Select(
            entry => (entry.Key, new GoldenTensor(entry.Key, entry.Tensor.shape, TypeName(entry.Tensor), KindOf(entry.Key, entry.Tensor))));
    }

    private char KindOf(string key, Tensor tensor)
    {
        var endsResidual = _file.ResidualEndRegex is { } pattern && Regex.IsMatch(key, pattern);
        return key[(key.LastIndexOf('.') + 1)..] switch
        {
            "num_batches_tracked" => 'N',
            "running_mean" => 'M',
            "running_var" => 'V',
            "bias" => 'B',
            "weight" when tensor.dim() == 1 => endsResidual ? 'H' : 'G',
            "weight" => endsResidual ? 'S' : 'W',
            _ => throw new InvalidDataException($"'{key}' has no kind in the rule. The file needs its 'state_dict'."),
        };
    }

    // Another dialect of keys, such as pytorchcv's, is renamed as in weight import.
    private string OwnKey(string name) => _ownKeys.GetValueOrDefault(name, name);

    private void Fill(ImageClassifierNetwork network, string suffix, string? sha, string seed)
    {
        using var gradients = no_grad();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var own = network.NamedState().ToDictionary(entry => entry.Key, entry => entry.Tensor);
        foreach (var (key, golden) in Listed(network))
        {
            if (!own.TryGetValue(key, out var tensor))
                throw new InvalidDataException($"the network has no '{key}'");
            if (golden.Kind == 'N')
                tensor.zero_();
            else
                tensor.bytes = MemoryMarshal.AsBytes(GoldenFill.Values(golden.Name + suffix, golden.Shape, golden.Kind).AsSpan());
            hash.AppendData(tensor.bytes);
        }
        Sha($"{seed}state_dict_sha256", hash, sha);
    }

    private Tensor Images(long[] shape, string suffix, string? sha, string seed)
    {
        var pixels = GoldenFill.Image(shape, suffix);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(pixels.AsSpan()));
        Sha($"{seed}input_sha256", hash, sha);
        return tensor(pixels, shape);
    }

    private void Sha(string what, IncrementalHash hash, string? expected)
    {
        if (expected is not null)
            _report.Equal(what, Convert.ToHexStringLower(hash.GetHashAndReset()), expected.ToLowerInvariant());
    }

    private static bool IsAuxiliary(string name) => AuxiliaryClassifier.IsKey(name);

    private static string TypeName(Tensor tensor) =>
        tensor.dtype == ScalarType.Int64 ? "i64" : tensor.dtype == ScalarType.Float32 ? "f32" : tensor.dtype.ToString();

    private static double Rounding(double value) => RelativeRounding * Math.Abs(value);

    private static double Length(double[] row) => Math.Sqrt(row.Sum(value => value * value));

    private static double[] Row(Tensor tensor)
    {
        using var wide = tensor.detach().to_type(ScalarType.Float64);
        return wide.data<double>().ToArray();
    }

    private static double[][] Rows(Tensor tensor)
    {
        var all = Row(tensor);
        return all.Chunk((int)(all.Length / tensor.shape[0])).ToArray();
    }

    private static IEnumerable<double> Differences(double[] row, double[] expected, bool whole)
    {
        if (expected.Length > row.Length || (whole && expected.Length > 0 && expected.Length != row.Length))
            throw new InvalidDataException($"the file lists {expected.Length} numbers where the network gives {row.Length}");
        return expected.Select((value, i) => Math.Abs(row[i] - value));
    }
}
