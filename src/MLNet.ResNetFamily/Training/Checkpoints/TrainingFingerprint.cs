using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.ResNetFamily;

/// <summary>Everything that the course of a training depends on, in words, so that a checkpoint of another training can be told.</summary>
/// <remarks>
/// A later version may have further options: one that a checkpoint does not know counts as its default, also inside of an option that
/// is itself a record. Such a default must therefore be what the version before did.
/// </remarks>
internal sealed class TrainingFingerprint
{
    private static readonly JsonSerializerOptions Json = new(RecordJson.AsNamed)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    // What checkpoints of format 1 call the options.
    private static readonly (string Old, string New)[] RenamedInFormat2 =
    [
        ("AverageDecay", nameof(TrainingOptions.EmaDecay)),
        ("FirstLayerRate", nameof(TrainingOptions.FirstLayerLearningRateFactor)),
        ("ValidationFraction", "ValidationSetFraction"),
        ("HeadFraction", nameof(TrainingOptions.HeadEpochFraction)),
        ("SmallestCrop", nameof(AugmentationOptions.MinScale)),
        ("LargestCrop", nameof(AugmentationOptions.MaxScale)),
        ("LargestStretch", nameof(AugmentationOptions.MaxAspectRatio)),
        ("RandAugmentStrength", nameof(AugmentationOptions.RandAugmentMagnitude)),
    ];

    private const string TeacherKey = "the teacher";
    private const string NoTeacher = "none";
    private const string ProcessCountKey = "the number of processes";

    private readonly SortedDictionary<string, string> _words = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _defaults = [];
    private readonly Dictionary<string, Type> _types = [];

    /// <summary>Each option that matters under its name, the network, the images, and the teacher where there is one.</summary>
    public TrainingFingerprint(
        TrainingOptions options, BackboneSpec spec, Preprocessing preprocessing, TrainingImages train, TrainingImages? validation,
        Teacher? teacher = null)
    {
        var defaults = Activator.CreateInstance(options.GetType());
        foreach (var property in options.GetType().GetProperties().Where(property => !options.IndifferentOptions.Contains(property.Name)))
        {
            Add(KeyOf(property.Name), property.GetValue(options));
            _defaults[KeyOf(property.Name)] = Text(property.GetValue(defaults));
        }
        Add(KeyOf(nameof(TrainingOptions.Seed)), options.EffectiveSeed);
        // The default from given weights was another once: a checkpoint of then says null.
        if (options.StartsFromWeights)
            Add(KeyOf(nameof(TrainingOptions.LearningRate)), options.EffectiveLearningRate);
        // Before there was a choice no statistics were kept while a backbone learned.
        Add(KeyOf(nameof(TrainingOptions.FreezeBatchNorm)), options.EffectiveFreezeBatchNorm);
        _defaults[KeyOf(nameof(TrainingOptions.FreezeBatchNorm))] = Text(false);
        // Checkpoints of before there was a choice do not say it.
        Add(ProcessCountKey, options.ProcessCount);
        _defaults[ProcessCountKey] = Text(1);
        Add("the backbone", spec);
        Add("the preprocessing", preprocessing);
        Add("the classes", train.ClassNames.Count > 0 ? train.ClassNames : train.ClassCount);
        _words["the training images"] = Describe(train);
        _words["the validation images"] = validation is null ? "none" : Describe(validation);
        _words[TeacherKey] = teacher?.Describe() ?? NoTeacher;
        _defaults[TeacherKey] = NoTeacher;

        void Add(string key, object? value)
        {
            _words[key] = Text(value);
            if (value is not null)
                _types[key] = value.GetType();
        }
    }

    /// <summary>Each option that matters under its name.</summary>
    public static IEnumerable<KeyValuePair<string, string>> OptionWords(TrainingOptions options) => options.GetType().GetProperties()
        .Where(property => !options.IndifferentOptions.Contains(property.Name))
        .Select(property => KeyValuePair.Create(KeyOf(property.Name), Text(property.GetValue(options))));

    /// <summary>What a checkpoint keeps of it.</summary>
    public IReadOnlyDictionary<string, string> Words => _words;

    /// <summary>Refuses a checkpoint of another training.</summary>
    /// <param name="path">Path of the checkpoint.</param>
    /// <param name="format">Its format.</param>
    /// <param name="found">What it keeps.</param>
    /// <exception cref="ArgumentException">Something differs; the message says what.</exception>
    public void RequireSame(string path, int format, IReadOnlyDictionary<string, string> found)
    {
        var differences = Differences(format < 2 ? Renamed(found) : found)
            .Select(entry => $"{entry.Key} was {entry.Other} and is {entry.Own}").ToList();
        if (differences.Count > 0)
        {
            throw new ArgumentException(
                $"'{path}' is a checkpoint of another training: {ListText.Text(differences)}. " +
                "Resume with the options and the data of the checkpoint, or choose another 'CheckpointDirectory'.");
        }
    }

    /// <summary>Refuses to train together with processes that train something else.</summary>
    /// <param name="rank">The number of this process.</param>
    /// <param name="first">What the first process has.</param>
    /// <exception cref="ArgumentException">Something differs; the message says what.</exception>
    public void RequireSameAsFirst(int rank, IReadOnlyDictionary<string, string> first)
    {
        var differences = Differences(first).Select(entry => $"{entry.Key} is {entry.Own} here and {entry.Other} there").ToList();
        if (differences.Count > 0)
        {
            throw new ArgumentException(
                $"Process {rank} does not train what process 0 trains: {ListText.Text(differences)}. " +
                "Start all processes with the same options and the same data, under the same paths.");
        }
    }

    private IEnumerable<(string Key, string Own, string Other)> Differences(IReadOnlyDictionary<string, string> others) =>
        others.Keys.Union(_words.Keys)
            .Select(key => (Key: key, Own: _words.GetValueOrDefault(key),
                Other: Filled(key, others.GetValueOrDefault(key) ?? _defaults.GetValueOrDefault(key))))
            .Where(entry => entry.Own != entry.Other)
            .Select(entry => (entry.Key, entry.Own ?? "unknown", entry.Other ?? "unknown"));

    private static string KeyOf(string option) => $"option '{option}'";

    private static string Text(object? value) => value is null ? "null" : JsonSerializer.Serialize(value, value.GetType(), Json);

    private static Dictionary<string, string> Renamed(IReadOnlyDictionary<string, string> found)
    {
        var renamed = found.ToDictionary();
        foreach (var (old, current) in RenamedInFormat2)
        {
            if (renamed.Remove(KeyOf(old), out var value))
                renamed[KeyOf(current)] = value;
        }
        var augmentation = KeyOf(nameof(TrainingOptions.Augmentation));
        if (renamed.TryGetValue(augmentation, out var text))
        {
            renamed[augmentation] = RenamedInFormat2.Aggregate(
                text, (json, name) => json.Replace($"\"{name.Old}\":", $"\"{name.New}\":", StringComparison.Ordinal));
        }
        return renamed;
    }

    // Reading a value and writing it again gives what it does not say its default; what cannot be read differs as it is.
    private string? Filled(string key, string? text)
    {
        if (text is null || text == _words.GetValueOrDefault(key) || !_types.TryGetValue(key, out var type))
            return text;
        try
        {
            return Text(JsonSerializer.Deserialize(text, type, Json));
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            return text;
        }
    }

    private static string Describe(TrainingImages images)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (index, item) in images.Items.Index())
        {
            // An image of one class has no count of its classes: so it was before an image could have several.
            int[] labels = images.LabelSets is { } sets ? [sets[index].Length, .. sets[index]] : [images.Labels[index]];
            hash.AppendData(MemoryMarshal.AsBytes<int>([.. labels, item.Origin.Length]));
            hash.AppendData(Encoding.UTF8.GetBytes(item.Origin));
            // A file is known by its path; what is in memory by its content.
            hash.AppendData(item is EncodedImage encoded ? encoded.Bytes : []);
            for (var part = (item as DecodedImage)?.Image; part is not null; part = part.Rest)
                hash.AppendData(part.PixelSpan);
        }
        return FormattableString.Invariant(
            $"{images.Items.Count} with the hash {Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8))}");
    }
}
