using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp
{
    public abstract class Loss<T1, T2, TResult> : nn.Module<T1, T2, TResult>
    {
        protected Loss(Reduction reduction = Reduction.Mean)
            : base(nameof(Loss<,,>)) => this.reduction = reduction;

        public Reduction reduction { get; }
    }

    public abstract class WeightedLoss<T1, T2, TResult> : Loss<T1, T2, TResult>
    {
        protected WeightedLoss(Tensor? weight = null, Reduction reduction = Reduction.Mean)
            : base(reduction) => this.weight = weight;

        public Tensor? weight { get; }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static CrossEntropyLoss CrossEntropyLoss(Tensor? weight = null, long? ignore_index = null,
                Reduction reduction = Reduction.Mean) =>
                new(weight, ignore_index, reduction);

            public static NLLLoss NLLLoss(Tensor? weight = null, Reduction reduction = Reduction.Mean) => new(weight, reduction);

            public static BCELoss BCELoss(Tensor? weight = null, Reduction reduction = Reduction.Mean) => new(weight, reduction);

            public static BCEWithLogitsLoss BCEWithLogitsLoss(Tensor? weight = null, Reduction reduction = Reduction.Mean,
                Tensor? pos_weights = null) =>
                new(weight, reduction, pos_weights);

            public static MSELoss MSELoss(Reduction reduction = Reduction.Mean) => new(reduction);

            public static L1Loss L1Loss(Reduction reduction = Reduction.Mean) => new(reduction);
        }
    }
}

namespace TorchSharp.Modules
{
    public sealed class CrossEntropyLoss(Tensor? weight = null, long? ignore_index = null, Reduction reduction = Reduction.Mean,
        double label_smoothing = 0)
        : WeightedLoss<Tensor, Tensor, Tensor>(weight, reduction)
    {
        public long? ignore_index { get; } = ignore_index;

        public double label_smoothing { get; } = label_smoothing;

        public override Tensor forward(Tensor input, Tensor target) =>
            functional.cross_entropy(input, target, weight, ignore_index ?? -100, reduction, label_smoothing);
    }

    public sealed class NLLLoss(Tensor? weight = null, Reduction reduction = Reduction.Mean) : WeightedLoss<Tensor, Tensor, Tensor>(weight,
        reduction)
    {
        public override Tensor forward(Tensor input, Tensor target) => functional.nll_loss(input, target, weight, reduction);
    }

    public sealed class BCELoss(Tensor? weight = null, Reduction reduction = Reduction.Mean) : WeightedLoss<Tensor, Tensor, Tensor>(weight,
        reduction)
    {
        public override Tensor forward(Tensor input, Tensor target) => functional.binary_cross_entropy(input, target, weight, reduction);
    }

    public sealed class BCEWithLogitsLoss(Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null)
        : WeightedLoss<Tensor, Tensor, Tensor>(weight, reduction)
    {
        public Tensor? pos_weights { get; } = pos_weights;

        public override Tensor forward(Tensor input, Tensor target) =>
            functional.binary_cross_entropy_with_logits(input, target, weight, reduction, pos_weights);
    }

    public sealed class MSELoss(Reduction reduction = Reduction.Mean) : Loss<Tensor, Tensor, Tensor>(reduction)
    {
        public override Tensor forward(Tensor input, Tensor target) => functional.mse_loss(input, target, reduction);
    }

    public sealed class L1Loss(Reduction reduction = Reduction.Mean) : Loss<Tensor, Tensor, Tensor>(reduction)
    {
        public override Tensor forward(Tensor input, Tensor target) => functional.l1_loss(input, target, reduction);
    }
}
