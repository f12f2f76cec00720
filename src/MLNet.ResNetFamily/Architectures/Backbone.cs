using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

/// <summary>A network without its classifier: turns images into features.</summary>
/// <remarks>Like every module it may score on many threads at once in evaluation mode; training belongs to one thread.</remarks>
public abstract class Backbone : Module<Tensor, Tensor>
{
    /// <summary>Starts a backbone; the derived constructor makes the layers.</summary>
    /// <param name="spec">What to build.</param>
    /// <exception cref="ArgumentException">A value of <paramref name="spec"/> cannot work.</exception>
    protected Backbone(BackboneSpec spec)
        : base(LibtorchStart.Require(spec.Name))
    {
        spec.Validate();
        Spec = spec;
    }

    /// <summary>What the network was built from.</summary>
    public BackboneSpec Spec { get; }

    /// <summary>The last feature maps, before pooling: what Grad-CAM looks at.</summary>
    /// <param name="images">Batch of shape [N, C, S, S], float32, already scaled and normalized.</param>
    /// <returns>Maps of shape [N, channels, h, w]; the caller disposes of them.</returns>
    public abstract Tensor FeatureMaps(Tensor images);

    /// <summary>Turns images into features.</summary>
    /// <param name="images">Batch of shape [N, C, S, S], float32, already scaled and normalized; C is the spec's
    /// <see cref="BackboneSpec.InputChannels"/>, S at least its <see cref="BackboneSpec.MinimumImageSize"/>.</param>
    /// <returns>
    /// Features of shape [N, <see cref="BackboneSpec.FeatureCount"/>] on the device of <paramref name="images"/>; the caller disposes of
    /// them.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="images"/> is not of rank 4, has another number of channels, or is too small.
    /// </exception>
    public override Tensor forward(Tensor images)
    {
        CheckInput(images);
        using var scope = NewDisposeScope();
        return Pool(FeatureMaps(images)).MoveToOuterDisposeScope();
    }

    /// <summary>The weights and buffers under the keys of published checkpoints, in the order in which PyTorch lists them.</summary>
    /// <returns>The tensors themselves, not copies: they belong to the network and are not to be disposed of.</returns>
    public IEnumerable<(string Key, Tensor Tensor)> NamedState() => State(this, "");

    internal static IEnumerable<(string Key, Tensor Tensor)> State(Module module, string prefix)
    {
        foreach (var (name, parameter) in module.named_parameters(recurse: false))
            yield return (prefix + name, parameter);
        foreach (var (name, buffer) in module.named_buffers(recurse: false, include_nonpersistent: false))
            yield return (prefix + name, buffer);
        foreach (var (name, child) in module.named_children())
        {
            foreach (var entry in State(child, $"{prefix}{name}."))
                yield return entry;
        }
    }

    /// <summary>From feature maps to features: the mean over all positions, unless the network's paper says otherwise.</summary>
    /// <param name="maps">Maps of shape [N, channels, h, w].</param>
    /// <returns>Features of shape [N, <see cref="BackboneSpec.FeatureCount"/>].</returns>
    protected internal virtual Tensor Pool(Tensor maps) => maps.MeanOverPositions();

    // The network in stages: each goes on from the maps of the one before and leaves them as they are; the last gives the feature maps.
    internal virtual IReadOnlyList<(string Name, Func<Tensor, Tensor> Run)> Stages => [("features", FeatureMaps)];

    // The maps of some stages by their names; what comes after the last of them is not computed.
    internal IReadOnlyDictionary<string, Tensor> StageMaps(Tensor images, IReadOnlySet<string> names)
    {
        using var scope = NewDisposeScope();
        var found = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var (x, isKept) = (images, true);
        foreach (var (name, run) in Stages)
        {
            var y = run(x);
            if (!isKept)
                x.Dispose();
            (x, isKept) = (y, names.Contains(name));
            if (isKept)
                found.Add(name, x.MoveToOuterDisposeScope());
            if (found.Count == names.Count)
                break;
        }
        return found;
    }

    private protected Tensor RunStages(Tensor images)
    {
        var last = Stages[^1].Name;
        return StageMaps(images, new HashSet<string> { last })[last];
    }

    // Channels, height and width of every stage's maps, of images of this size: a batch of none goes through.
    internal IReadOnlyList<(string Name, int[] Shape)> StageShapes(int imageSize)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        eval();
        var maps = StageMaps(zeros(0, Spec.InputChannels, imageSize, imageSize), Stages.Select(stage => stage.Name).ToHashSet());
        return [.. Stages.Select(stage => (stage.Name, (int[])[.. maps[stage.Name].shape.Skip(1).Select(side => (int)side)]))];
    }

    // The last maps, and those that auxiliary classifiers learn from.
    internal virtual (Tensor Maps, IReadOnlyList<Tensor> Auxiliary) MapsForTraining(Tensor images) => (FeatureMaps(images), []);

    // The layer that published checkpoints list the auxiliary classifiers before; null where they come after all layers.
    internal virtual string? KeyAfterAuxiliary => null;

    internal void CheckInput(Tensor images)
    {
        var shape = images.shape;
        if (shape.Length != 4)
        {
            throw new ArgumentException(
                $"'{Spec.Name}' got images of shape [{string.Join(", ", shape)}], but needs a batch [N, {Spec.InputChannels}, S, S]. " +
                "Add the missing dimension, for example with 'unsqueeze(0)' for one image.", nameof(images));
        }
        if (shape[1] != Spec.InputChannels)
        {
            throw new ArgumentException(
                $"'{Spec.Name}' got images with {shape[1]} channels (shape [{string.Join(", ", shape)}]), but " +
                $"needs {Spec.InputChannels}. " +
                "Convert the images, or build the network from a spec with another 'InputChannels'.", nameof(images));
        }
        if (shape[2] < Spec.MinimumImageSize || shape[3] < Spec.MinimumImageSize)
        {
            throw new ArgumentException(
                $"'{Spec.Name}' got images of {shape[3]}×{shape[2]} pixels, but the smallest that work are " +
                $"{Spec.MinimumImageSize}×{Spec.MinimumImageSize}. Enlarge the images, or choose a backbone for small ones.",
                nameof(images));
        }
    }
}
