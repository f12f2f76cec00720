using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// A backbone that ends after the last stage that something is taken of; gives all of it side by side, [N, W]. The backbone belongs to it.
internal sealed class StageNetwork : Module<Tensor, Tensor>
{
    private readonly Backbone backbone;
    private readonly HashSet<string> _stages;

    internal StageNetwork(Backbone backbone, IReadOnlyList<StageOutput> outputs)
        : base(nameof(StageNetwork))
    {
        (this.backbone, Outputs) = (backbone, outputs);
        _stages = [.. outputs.Select(output => output.Stage)];
        if (_stages.Except(backbone.Stages.Select(stage => stage.Name)).FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException(
                $"'{backbone.Spec.Name}' has no stage '{unknown}'. Its stages: " +
                $"{string.Join(", ", backbone.Stages.Select(stage => stage.Name))}.", nameof(outputs));
        }
        RegisterComponents();
    }

    internal Backbone Backbone => backbone;

    internal IReadOnlyList<StageOutput> Outputs { get; }

    public override Tensor forward(Tensor images)
    {
        backbone.CheckInput(images);
        return Run(images, maps => maps);
    }

    // Where the maps are in a memory order that little works on, they are brought into the usual one first.
    internal Tensor Run(Tensor images, Func<Tensor, Tensor> toUsualOrder)
    {
        using var scope = NewDisposeScope();
        var maps = backbone.StageMaps(images, _stages).ToDictionary(stage => stage.Key, stage => toUsualOrder(stage.Value));
        Tensor[] parts =
        [
            .. Outputs.Select(output => output.IsPooled ? maps[output.Stage].MeanOverPositions() : maps[output.Stage]),
        ];
        return Operations.SideBySide(parts, Outputs).MoveToOuterDisposeScope();
    }
}
