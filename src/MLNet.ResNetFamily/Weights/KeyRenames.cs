namespace MLNet.ResNetFamily;

/// <summary>
/// The dialects that weight files name their tensors in. A file speaks one of them throughout: the one under which most of its names are
/// known to the network.
/// </summary>
internal static class KeyRenames
{
    /// <summary>What training programs put before every name, whatever the dialect.</summary>
    public static IReadOnlyList<KeyRename> Wrappers { get; } =
    [
        // DataParallel and DistributedDataParallel write "module.", torch.compile "_orig_mod.".
        new(@"^(?:module\.|_orig_mod\.)+", ""),
        // PyTorch Lightning and hand-written wrappers keep the network as a member.
        new(@"^(?:model|net|network|backbone)\.(?:module\.|_orig_mod\.)*", ""),
    ];

    /// <summary>The dialects, each a list of rules that are applied one after another.</summary>
    public static IReadOnlyList<IReadOnlyList<KeyRename>> Dialects { get; } =
    [
        // The published names themselves: torchvision and timm, which agree where they share an architecture.
        [],

        // torchvision's own DenseNet files, trained before PyTorch 0.4 forbade dots in names: "denselayer1.norm.1.weight".
        [new(@"denselayer(\d+)\.(norm|conv)\.(\d)\.", "denselayer$1.$2$3.")],

        // pytorchcv's ResNet, ResNeXt and Wide ResNet after torchvision's plan: "features.stage1.unit1.body.conv1.bn.weight".
        [
            new(@"^features\.init_block\.(?:conv\.)?conv\.", "conv1."),
            new(@"^features\.init_block\.(?:conv\.)?bn\.", "bn1."),
            new(@"^features\.stage(\d+)\.unit(\d+)\.body\.conv(\d)\.conv\.", "layer$1.<$2-1>.conv$3."),
            new(@"^features\.stage(\d+)\.unit(\d+)\.body\.conv(\d)\.bn\.", "layer$1.<$2-1>.bn$3."),
            new(@"^features\.stage(\d+)\.unit(\d+)\.identity_conv\.conv\.", "layer$1.<$2-1>.downsample.0."),
            new(@"^features\.stage(\d+)\.unit(\d+)\.identity_conv\.bn\.", "layer$1.<$2-1>.downsample.1."),
        ],

        // pytorchcv's pre-activation networks after timm's plan: the batch norm of a layer comes before its convolution.
        [
            new(@"^features\.init_block\.(?:conv\.)?", "stem.conv."),
            new(@"^features\.stage(\d+)\.unit(\d+)\.body\.conv(\d)\.conv\.", "stages.<$1-1>.blocks.<$2-1>.conv$3."),
            new(@"^features\.stage(\d+)\.unit(\d+)\.body\.conv(\d)\.bn\.", "stages.<$1-1>.blocks.<$2-1>.norm$3."),
            new(@"^features\.stage(\d+)\.unit(\d+)\.identity_conv\.(?:conv\.)?", "stages.<$1-1>.blocks.<$2-1>.downsample.conv."),
            new(@"^features\.post_activ\.bn\.", "norm."),
        ],

        // Keras' ResNetV2 names ("conv2_block1_preact_bn.gamma"), in files that were converted layer by layer, against timm's.
        [
            new(@"/", "."),
            new(@"(?::0)$", ""),
            new(@"\.gamma$", ".weight"),
            new(@"\.beta$", ".bias"),
            new(@"\.moving_mean$", ".running_mean"),
            new(@"\.moving_variance$", ".running_var"),
            new(@"\.kernel$", ".weight"),
            new(@"^conv1_conv\.", "stem.conv."),
            new(@"^conv(\d)_block(\d+)_preact_bn\.", "stages.<<$1-1>-1>.blocks.<$2-1>.norm1."),
            new(@"^conv(\d)_block(\d+)_0_conv\.", "stages.<<$1-1>-1>.blocks.<$2-1>.downsample.conv."),
            new(@"^conv(\d)_block(\d+)_(\d)_conv\.", "stages.<<$1-1>-1>.blocks.<$2-1>.conv$3."),
            new(@"^conv(\d)_block(\d+)_1_bn\.", "stages.<<$1-1>-1>.blocks.<$2-1>.norm2."),
            new(@"^conv(\d)_block(\d+)_2_bn\.", "stages.<<$1-1>-1>.blocks.<$2-1>.norm3."),
            new(@"^post_bn\.", "norm."),
            new(@"^predictions\.", "head.fc."),
        ],
    ];

    /// <summary>The names that the same classifier goes by: torchvision, Cadene, akamaster, DenseNet, timm, Inception, pytorchcv.</summary>
    private static readonly string[] HeadKeys = ["fc", "last_linear", "linear", "classifier", "head.fc", "classif", "output", "head"];

    /// <summary>Finds the network's name for each name in a file.</summary>
    /// <param name="stored">The names in the file.</param>
    /// <param name="needed">The names that the network knows.</param>
    /// <param name="headKey">Where the network's published checkpoints keep the classifier.</param>
    /// <returns>For each stored name the network's; a name that no rule leads to the network stands for itself, without wrappers.</returns>
    public static IReadOnlyDictionary<string, string> Match(IReadOnlyCollection<string> stored, IReadOnlySet<string> needed, string headKey)
    {
        var (best, bestCount) = (new Dictionary<string, string>(StringComparer.Ordinal), -1);
        foreach (var dialect in Dialects.TakeWhile(_ => bestCount < stored.Count))
        {
            var renamed = stored.ToDictionary(key => key, key => Rename(key, dialect, needed, headKey), StringComparer.Ordinal);
            var count = renamed.Values.Count(needed.Contains);
            if (count > bestCount)
                (best, bestCount) = (renamed, count);
        }
        return best;
    }

    private static string Rename(string key, IReadOnlyList<KeyRename> dialect, IReadOnlySet<string> needed, string headKey)
    {
        foreach (var wrapped in WrappedForms(key))
        {
            if (needed.Contains(wrapped))
                return wrapped;
            var renamed = dialect.Aggregate(wrapped, (name, rule) => rule.Apply(name));
            foreach (var candidate in HeadForms(renamed, headKey))
            {
                if (needed.Contains(candidate))
                    return candidate;
            }
        }
        return Wrappers[0].Apply(key);
    }

    private static IEnumerable<string> WrappedForms(string key)
    {
        yield return key;
        foreach (var rule in Wrappers)
        {
            if (rule.Apply(key) is var bare && bare != key)
                yield return key = bare;
        }
    }

    private static IEnumerable<string> HeadForms(string key, string headKey)
    {
        yield return key;
        foreach (var name in HeadKeys)
        {
            if (key.StartsWith(name + '.', StringComparison.Ordinal))
                yield return headKey + key[name.Length..];
        }
    }
}
