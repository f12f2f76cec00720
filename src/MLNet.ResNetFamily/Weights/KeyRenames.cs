using System.Text.RegularExpressions;

namespace MLNet.ResNetFamily;

/// <summary>
/// The dialects that weight files name their tensors in. A file speaks one of them throughout: the one under which most of its names are
/// known to the network.
/// </summary>
internal static partial class KeyRenames
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

        // pytorchcv's Inception-ResNet-v1 after FaceNet's plan: "features.stage1.unit1.branches.branch2.conv_list.conv1.bn.weight".
        [
            new(@"^features\.init_block\.conv1\.", "conv2d_1a."),
            new(@"^features\.init_block\.conv2\.", "conv2d_2a."),
            new(@"^features\.init_block\.conv3\.", "conv2d_2b."),
            new(@"^features\.init_block\.conv4\.", "conv2d_3b."),
            new(@"^features\.init_block\.conv5\.", "conv2d_4a."),
            new(@"^features\.init_block\.conv6\.", "conv2d_4b."),
            new(@"^features\.stage1\.unit(\d+)\.", "repeat_1.<$1-1>."),
            new(@"^features\.stage2\.unit1\.", "mixed_6a."),
            new(@"^features\.stage2\.unit(\d+)\.", "repeat_2.<<$1-1>-1>."),
            new(@"^features\.stage3\.unit1\.", "mixed_7a."),
            new(@"^features\.stage3\.unit7\.", "block8."),
            new(@"^features\.stage3\.unit(\d+)\.", "repeat_3.<<$1-1>-1>."),
            new(@"^mixed_6a\.branches\.branch1\.conv_list\.conv1\.", "mixed_6a.branch0."),
            new(@"\.branches\.branch(\d)\.conv_list\.conv(\d)\.", ".branch<$1-1>.<$2-1>."),
            new(@"\.branches\.branch(\d)\.conv\.", ".branch<$1-1>."),
            new(@"^(repeat_\d\.\d+|block8)\.conv\.", "$1.conv2d."),
            new(@"^output\.fc1\.", "last_linear."),
            new(@"^output\.bn\.", "last_bn."),
            new(@"^output\.fc2\.", "logits."),
        ],

        // pytorchcv's DenseNets after torchvision's plan: "features.stage1.unit1.conv1.bn.weight".
        [
            new(@"^features\.init_block\.bn\.", "features.norm0."),
            new(@"^features\.init_block\.(?:conv\.)?", "features.conv0."),
            new(@"^features\.stage(\d)\.unit(\d+)\.conv(\d)\.bn\.", "features.denseblock$1.denselayer$2.norm$3."),
            new(@"^features\.stage(\d)\.unit(\d+)\.conv(\d)\.conv\.", "features.denseblock$1.denselayer$2.conv$3."),
            new(@"^features\.stage(\d)\.trans\d\.conv\.bn\.", "features.transition<$1-1>.norm."),
            new(@"^features\.stage(\d)\.trans\d\.conv\.conv\.", "features.transition<$1-1>.conv."),
            new(@"^features\.post_activ\.bn\.", "features.norm5."),
        ],

        // bearpaw's DenseNets for CIFAR after torchvision's plan: "dense1.0.bn1.weight".
        [
            new(@"^conv1\.", "features.conv0."),
            new(@"^dense(\d)\.(\d+)\.bn(\d)\.", "features.denseblock$1.denselayer<$2+1>.norm$3."),
            new(@"^dense(\d)\.(\d+)\.conv(\d)\.", "features.denseblock$1.denselayer<$2+1>.conv$3."),
            new(@"^trans(\d)\.bn1\.", "features.transition$1.norm."),
            new(@"^trans(\d)\.conv1\.", "features.transition$1.conv."),
            new(@"^bn\.", "features.norm5."),
        ],

        // bearpaw's Wide ResNets for CIFAR after timm's plan: "block1.layer.0.bn1.weight".
        [
            new(@"^conv1\.", "stem.conv."),
            new(@"^block(\d)\.layer\.(\d+)\.bn(\d)\.", "stages.<$1-1>.blocks.$2.norm$3."),
            new(@"^block(\d)\.layer\.(\d+)\.conv(\d)\.", "stages.<$1-1>.blocks.$2.conv$3."),
            new(@"^block(\d)\.layer\.(\d+)\.convShortcut\.", "stages.<$1-1>.blocks.$2.downsample.conv."),
            new(@"^bn1\.", "norm."),
        ],

        // transformers' ResNetForImageClassification and ResNetModel after torchvision's plan:
        // "resnet.encoder.stages.0.layers.0.layer.0.convolution.weight".
        [
            new(@"^resnet\.", ""),
            new(@"^embedder\.embedder\.convolution\.", "conv1."),
            new(@"^embedder\.embedder\.normalization\.", "bn1."),
            new(@"^encoder\.stages\.(\d+)\.layers\.(\d+)\.shortcut\.convolution\.", "layer<$1+1>.$2.downsample.0."),
            new(@"^encoder\.stages\.(\d+)\.layers\.(\d+)\.shortcut\.normalization\.", "layer<$1+1>.$2.downsample.1."),
            new(@"^encoder\.stages\.(\d+)\.layers\.(\d+)\.layer\.(\d)\.convolution\.", "layer<$1+1>.$2.conv<$3+1>."),
            new(@"^encoder\.stages\.(\d+)\.layers\.(\d+)\.layer\.(\d)\.normalization\.", "layer<$1+1>.$2.bn<$3+1>."),
        ],

        // torchvision's ResNet as nn.Sequential(*list(model.children())[:-1]), which numbers its parts: "4.0.conv1.weight".
        [
            new(@"^0\.", "conv1."),
            new(@"^1\.", "bn1."),
            new(@"^4\.", "layer1."),
            new(@"^5\.", "layer2."),
            new(@"^6\.", "layer3."),
            new(@"^7\.", "layer4."),
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

    /// <summary>
    /// The names that the same classifier goes by: torchvision, Cadene, akamaster, DenseNet, timm, Inception, pytorchcv, transformers.
    /// </summary>
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
            if (!key.StartsWith(name + '.', StringComparison.Ordinal))
                continue;
            yield return headKey + key[name.Length..];
            // The linear layer of a sequence, behind a dropout for example: "fc.1.weight".
            if (Numbered().IsMatch(key[name.Length..]))
                yield return headKey + key[key.LastIndexOf('.')..];
        }
    }

    [GeneratedRegex(@"^\.\d+\.(?:weight|bias)$")]
    private static partial Regex Numbered();
}
