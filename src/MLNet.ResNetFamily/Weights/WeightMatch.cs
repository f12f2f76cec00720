using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>One weight file laid against one network: which tensor goes where, and everything that does not fit.</summary>
internal sealed class WeightMatch
{
    // What no output depends on: counters of batch norm (PyTorch 0.4 and later), of averaged models, and of profilers.
    private static readonly string[] Counters = ["num_batches_tracked", "n_averaged", "total_ops", "total_params"];

    private readonly BackboneSpec _spec;
    private readonly Dictionary<string, Tensor> _needed;
    private readonly WeightFile _file;
    private readonly bool _adaptsInputChannels;
    private readonly string _headPrefix;
    private readonly bool _hasHead;
    private readonly string? _prefix;
    private readonly bool _canSkip;

    private readonly Dictionary<string, StoredTensor> _sources = new(StringComparer.Ordinal);
    private bool _otherClassCount;
    private readonly List<string> _faults = [], _missing = [], _unused = [], _skipped = [];

    /// <param name="spec">The network's backbone.</param>
    /// <param name="needed">The network's tensors.</param>
    /// <param name="file">The open file.</param>
    /// <param name="skip">Keys to leave out; null where the caller offers no such choice, so that no message speaks of it.</param>
    /// <param name="adaptsInputChannels">Whether the first convolution may be adapted.</param>
    /// <param name="head">What to do with the classifier; null where the network has none.</param>
    /// <param name="prefix">Under which names of the file the network stands; null to find out.</param>
    public WeightMatch(
        BackboneSpec spec, IEnumerable<(string Key, Tensor Tensor)> needed, WeightFile file, IReadOnlyCollection<string>? skip,
        bool adaptsInputChannels, HeadImport? head = null, string? prefix = null)
    {
        _spec = spec;
        _needed = needed.ToDictionary(item => item.Key, item => item.Tensor, StringComparer.Ordinal);
        _file = file;
        _adaptsInputChannels = adaptsInputChannels;
        _headPrefix = spec.HeadKey + ".";
        _hasHead = head is not null;
        _canSkip = skip is not null;
        _prefix = string.IsNullOrEmpty(prefix) ? null : prefix.TrimEnd('.') + '.';
        Match(new SkippedKeys(skip ?? []), head ?? HeadImport.Required);
    }

    /// <summary>Replaces the network's values by the file's.</summary>
    /// <exception cref="InvalidDataException">Something does not fit, or a checksum is wrong; nothing was changed.</exception>
    public WeightReport Load()
    {
        if (_faults.Count > 0)
        {
            throw new InvalidDataException($"'{_file.Path}' does not fit '{_spec.Name}': {ListText.Text(_faults)}. {Unread()}{Advice()}");
        }
        _file.Verify(_sources.Values);
        foreach (var (key, stored) in _sources)
            Replace(_needed[key], stored);
        return new WeightReport
        {
            Path = _file.Path,
            Loaded = [.. _sources.Keys],
            Missing = _missing,
            Unused = [.. _unused, .. _file.OtherKeys],
            Skipped = _skipped,
            IsHeadLoaded = _hasHead && _sources.Keys.Any(IsHead),
            AdaptedConvolution = _sources.FirstOrDefault(source => !Shapes.Fit(source.Value.Shape, _needed[source.Key].shape)).Key,
            InputChannels = _spec.InputChannels,
            KeepsOwnHead = _hasHead && !_sources.ContainsKey(_headPrefix + "weight"),
        };
    }

    // An array in place of a tensor counts as missing; the reason stands beside it.
    private string Unread() =>
        _file.UnreadObjects.Count > 0 ? $"Not tensors, and not read: {ListText.Text(_file.UnreadObjects)}. " : "";

    private string Advice() => (_otherClassCount, _canSkip) switch
    {
        (true, _) when _faults.Count == 1 => "Name all classes of the file, in the order of its outputs.",
        (_, true) => "Choose the backbone that the file was trained with, or name the tensors to leave out in 'skip' " +
            "('--skip' on the command line).",
        _ => "Choose the backbone that the file was trained with. Where tensors are to be left out, make a model of the file first " +
            "('resnetfamily import' with '--skip NAME') and start from that.",
    };

    private void Match(SkippedKeys skip, HeadImport head)
    {
        var names = FindNames(skip);
        var keepsHead = head == HeadImport.Skipped || head == HeadImport.IfClassCountFits && !HeadFits(names);
        foreach (var stored in _file.Tensors)
        {
            if (!IsUnderPrefix(stored) && !(_hasHead && IsHead(names[stored.Key])))
                NoteSkipped(stored.Key);
            else
                Place(stored, names[stored.Key], skip, keepsHead);
        }
        foreach (var key in _needed.Keys.Where(key => !_sources.ContainsKey(key)))
        {
            if (skip.Contains(key) || keepsHead && IsHead(key))
                NoteSkipped(key);
            else if (IsCounter(key))
                _missing.Add(key);
            else
                _faults.Add($"tensor '{key}' is missing");
        }
        if (skip.Unused is [var first, ..])
        {
            throw new ArgumentException(
                $"'{_file.Path}' and '{_spec.Name}' have no tensor '{first}', which 'skip' ('--skip' on the command line) names. " +
                "Name one that is there.", nameof(skip));
        }
    }

    private IReadOnlyDictionary<string, string> FindNames(SkippedKeys skip)
    {
        var required = _needed.Keys.Where(key => !IsHead(key) && !IsCounter(key) && !skip.Contains(key)).ToHashSet(StringComparer.Ordinal);
        var prefixes = new KeyPrefixes([.. _file.Tensors.Select(tensor => tensor.Key)], Names(), required, _spec.HeadKey);
        if (_prefix is not null)
        {
            if (_file.Tensors.Any(IsUnderPrefix))
                return prefixes.Under(_prefix);
            throw new ArgumentException(
                $"'{_file.Path}' has no tensor whose name begins with '{_prefix}', " +
                "which 'prefix' ('--prefix' on the command line) names. " +
                $"Prefixes of many names: {ListText.Text(prefixes.Candidates().Select(prefix => $"'{prefix}'"))}.", "prefix");
        }
        var names = prefixes.Names(out var several);
        return several.Count == 0 ? names : throw new InvalidDataException(
            $"'{_file.Path}' holds '{_spec.Name}' {several.Count} times, under {ListText.Text(several.Select(prefix => $"'{prefix}'"))}. " +
            (_canSkip
                ? "Name one as 'prefix' ('--prefix' on the command line)."
                : "Make a model of one of them ('resnetfamily import --prefix NAME'), and start from that."));
    }

    private bool IsUnderPrefix(StoredTensor stored) => _prefix is null || stored.Key.StartsWith(_prefix, StringComparison.Ordinal);

    private HashSet<string> Names() => [.. _needed.Keys, _headPrefix + "weight", _headPrefix + "bias"];

    // Auxiliary classifiers go with the main one.
    private bool IsHead(string key) =>
        key.StartsWith(_headPrefix, StringComparison.Ordinal) || AuxiliaryClassifier.IsKey(key);

    private static bool IsCounter(string key) => Counters.Contains(key[(key.LastIndexOf('.') + 1)..]);

    // Several linear layers in a row are no classifier of this network, whatever the last one's number of classes.
    private bool HeadFits(IReadOnlyDictionary<string, string> names) =>
        _file.Tensors.Where(tensor => names[tensor.Key] == _headPrefix + "weight").ToList() is [var weight]
        && weight.Shape.FirstOrDefault() == _needed[_headPrefix + "weight"].shape[0];

    private void Place(StoredTensor stored, string key, SkippedKeys skip, bool keepsHead)
    {
        if (skip.Contains(stored.Key) | skip.Contains(key) || keepsHead && IsHead(key))
            NoteSkipped(key);
        else if (!_needed.TryGetValue(key, out var needed))
            NoteUnknown(stored);
        else if (!_sources.TryAdd(key, stored))
            _faults.Add($"tensors '{_sources[key].Key}' and '{stored.Key}' both stand for '{key}'");
        else if (!Shapes.Fit(stored.Shape, needed.shape) && !CanAdapt(stored.Shape, needed.shape))
            NoteShape(stored, key, needed.shape);
        else if (!DataTypes.Fit(stored.DataType, needed.dtype))
            _faults.Add($"tensor '{stored.Key}' holds {stored.DataType}, but {needed.dtype} is needed");
    }

    private void NoteSkipped(string key)
    {
        if (!_skipped.Contains(key))
            _skipped.Add(key);
    }

    private void NoteUnknown(StoredTensor stored)
    {
        if (IsCounter(stored.Key))
            _unused.Add(stored.Key);
        else
            _faults.Add($"tensor '{stored.Key}' has no place in it");
    }

    private void NoteShape(StoredTensor stored, string key, long[] needed)
    {
        var fault = $"tensor '{stored.Key}' has shape {Shapes.Text(stored.Shape)}, but {Shapes.Text(needed)} is needed";
        if (_hasHead && IsHead(key) && stored.Shape is [var classCount, ..] && classCount != needed[0])
        {
            // First, since it is usually the whole reason; once, though the bias tells the same.
            if (!_otherClassCount)
                _faults.Insert(0, $"it tells {classCount} classes apart, but {needed[0]} are asked for ({fault})");
            _otherClassCount = true;
        }
        else
        {
            _faults.Add(fault);
        }
    }

    private bool CanAdapt(IReadOnlyList<long> stored, IReadOnlyList<long> needed) =>
        _adaptsInputChannels && stored is [var outputs, 3, var height, var width] && needed is [var k, var channels, var h, var w]
        && (outputs, height, width, (long)_spec.InputChannels) == (k, h, w, channels);

    private void Replace(Tensor needed, StoredTensor stored)
    {
        if (Shapes.Fit(stored.Shape, needed.shape))
        {
            TensorValues.Replace(needed, stored.DataType, elements => _file.ReadElements(stored, elements));
            return;
        }
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var rgb = _file.Read(stored.Key).to(ScalarType.Float32);       // [K, 3, h, w]
        var channels = needed.shape[1];
        var adapted = channels == 1
            ? rgb.sum(1, keepdim: true)
            : rgb.repeat(1, (channels + 2) / 3, 1, 1).narrow(1, 0, channels).mul(3.0 / channels);
        needed.copy_(adapted);
    }
}
