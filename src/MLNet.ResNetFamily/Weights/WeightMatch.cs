using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>One weight file laid against one network: which tensor goes where, and everything that does not fit.</summary>
internal sealed class WeightMatch
{
    // What no output depends on: counters of batch norm (PyTorch 0.4 and later), of averaged models, and of profilers.
    private static readonly string[] Counters = ["num_batches_tracked", "n_averaged", "total_ops", "total_params"];

    private const string AuxiliaryPrefix = "AuxLogits.";

    private readonly BackboneSpec _spec;
    private readonly Dictionary<string, Tensor> _needed;
    private readonly WeightFile _file;
    private readonly bool _adaptsInputChannels;
    private readonly string _headPrefix;
    private readonly bool _hasHead;

    private readonly Dictionary<string, StoredTensor> _sources = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [], _missing = [], _unused = [], _skipped = [];

    public WeightMatch(
        BackboneSpec spec, IEnumerable<(string Key, Tensor Tensor)> needed, WeightFile file, IReadOnlyCollection<string> skip,
        bool adaptsInputChannels, HeadImport? head = null)
    {
        _spec = spec;
        _needed = needed.ToDictionary(item => item.Key, item => item.Tensor, StringComparer.Ordinal);
        _file = file;
        _adaptsInputChannels = adaptsInputChannels;
        _headPrefix = spec.HeadKey + ".";
        _hasHead = head is not null;
        Match(new SkippedKeys(skip), head ?? HeadImport.Required);
    }

    /// <summary>Replaces the network's values by the file's.</summary>
    /// <exception cref="InvalidDataException">Something does not fit, or a checksum is wrong; nothing was changed.</exception>
    public WeightReport Load()
    {
        if (_faults.Count > 0)
        {
            throw new InvalidDataException($"'{_file.Path}' does not fit '{_spec.Name}': {ListText.Text(_faults)}. " +
                "Choose the backbone that the file was trained with, or name the tensors to leave out in 'skip' ('--skip' on the command line).");
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
        };
    }

    private void Match(SkippedKeys skip, HeadImport head)
    {
        var names = KeyRenames.Match([.. _file.Tensors.Select(tensor => tensor.Key)], Names(), _spec.HeadKey);
        var keepsHead = head == HeadImport.Skipped || head == HeadImport.IfClassCountFits && !HeadFits(names);
        foreach (var stored in _file.Tensors)
            Place(stored, names[stored.Key], skip, keepsHead);
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
                $"'{_file.Path}' and '{_spec.Name}' have no tensor '{first}', which 'skip' ('--skip' on the command line) names. Name one that is there.", nameof(skip));
        }
    }

    private HashSet<string> Names() => [.. _needed.Keys, _headPrefix + "weight", _headPrefix + "bias"];

    // The auxiliary classifier of the Inception family goes with the main one.
    private bool IsHead(string key) =>
        key.StartsWith(_headPrefix, StringComparison.Ordinal) || key.StartsWith(AuxiliaryPrefix, StringComparison.Ordinal);

    private static bool IsCounter(string key) => Counters.Contains(key[(key.LastIndexOf('.') + 1)..]);

    private bool HeadFits(IReadOnlyDictionary<string, string> names) => _file.Tensors.Any(tensor =>
        names[tensor.Key] == _headPrefix + "weight" && tensor.Shape.FirstOrDefault() == _needed[_headPrefix + "weight"].shape[0]);

    private void Place(StoredTensor stored, string key, SkippedKeys skip, bool keepsHead)
    {
        if (skip.Contains(stored.Key) | skip.Contains(key) || keepsHead && IsHead(key))
            NoteSkipped(key);
        else if (!_needed.TryGetValue(key, out var needed))
            NoteUnknown(stored);
        else if (!_sources.TryAdd(key, stored))
            _faults.Add($"tensors '{_sources[key].Key}' and '{stored.Key}' both stand for '{key}'");
        else if (!Shapes.Fit(stored.Shape, needed.shape) && !CanAdapt(stored.Shape, needed.shape))
            _faults.Add($"tensor '{stored.Key}' has shape {Shapes.Text(stored.Shape)}, but {Shapes.Text(needed.shape)} is needed{HeadHint(key)}");
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

    private string HeadHint(string key) => _hasHead && IsHead(key)
        ? $" (to keep the network's own classifier, pass {nameof(HeadImport)}.{nameof(HeadImport.IfClassCountFits)})"
        : "";

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
