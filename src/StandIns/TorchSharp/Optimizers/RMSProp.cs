using TorchSharp.Bridge;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    public class RMSProp : OptimizerHelper, optim.IMomentum
    {
        public RMSProp(IEnumerable<Parameter> parameters, double lr = 0.001, double alpha = 0.99, double eps = 1E-08,
            double weight_decay = 0, double momentum = 0, bool centered = false, bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, alpha, eps, weight_decay, momentum, centered, maximize)
        {
        }

        public RMSProp(IEnumerable<ParamGroup> parameters, double lr = 0.001, double alpha = 0.99, double eps = 1E-08,
            double weight_decay = 0, double momentum = 0, bool centered = false, bool maximize = false)
        {
            if (lr < 0)
                throw new ArgumentException($"Invalid learning rate: {lr}");
            if (eps < 0)
                throw new ArgumentException($"Invalid ε: {eps}");
            if (alpha < 0)
                throw new ArgumentException($"Invalid alpha: {alpha}");
            if (momentum < 0)
                throw new ArgumentException($"Invalid momentum value: {momentum}");
            if (weight_decay < 0)
                throw new ArgumentException($"Invalid weight_decay value: {weight_decay}");
            _defaults = new Options
            {
                LearningRate = lr, InitialLearningRate = lr, alpha = alpha, eps = eps,
                weight_decay = weight_decay, momentum = momentum, centered = centered, maximize = maximize,
            };
            foreach (ParamGroup group in parameters)
                add_param_group(group);
        }

        public double Momentum
        {
            get => ((Options)_defaults).momentum!.Value;
            set => ((Options)_defaults).momentum = value;
        }

        public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(Update, closure);

        public override void add_param_group(Modules.ParamGroup param_group)
        {
            var defaults = (Options)_defaults;
            var options = (Options)(param_group.Options ??= new Options());
            options.LearningRate ??= defaults.LearningRate;
            options.alpha ??= defaults.alpha;
            options.eps ??= defaults.eps;
            options.weight_decay ??= defaults.weight_decay;
            options.momentum ??= defaults.momentum;
            options.centered ??= defaults.centered;
            options.maximize ??= defaults.maximize;
            Register(param_group, parameter => new State(parameter));
        }

        private void Update(ParamGroup group)
        {
            Options options = group.Options;
            double rate = options.LearningRate!.Value, alpha = options.alpha!.Value, momentum = options.momentum!.Value;
            (Tensor[] parameters, Tensor[] gradients, State[] states) = Active<State>(group);
            if (parameters.Length == 0)
                return;
            if (options.maximize!.Value)
                gradients = Aten.CallForList("_foreach_neg", gradients);
            if (options.weight_decay!.Value != 0)
                gradients = Aten.CallForList("_foreach_add.List", gradients, parameters, options.weight_decay.Value);

            Tensor[] squares = Array.ConvertAll(states, state => state.square_avg), variances = squares;
            Aten.Run("_foreach_mul_.Scalar", squares, alpha);
            Aten.Run("_foreach_addcmul_.Scalar", squares, gradients, gradients, 1 - alpha);
            if (options.centered!.Value)
            {
                Tensor[] averages = Array.ConvertAll(states, state => state.grad_avg!);
                Aten.Run("_foreach_mul_.Scalar", averages, alpha);
                Aten.Run("_foreach_add_.List", averages, gradients, 1 - alpha);
                variances = Aten.CallForList("_foreach_addcmul.Scalar", squares, averages, averages, -1);
            }

            Tensor[] denominators = Aten.CallForList("_foreach_sqrt", variances);
            Aten.Run("_foreach_add_.Scalar", denominators, options.eps!.Value);
            if (momentum > 0)
            {
                Tensor[] buffers = Array.ConvertAll(states, state => state.momentum_buffer!);
                Aten.Run("_foreach_mul_.Scalar", buffers, momentum);
                Aten.Run("_foreach_addcdiv_.Scalar", buffers, gradients, denominators, 1);
                Aten.Run("_foreach_add_.List", parameters, buffers, -rate);
            }
            else
            {
                Aten.Run("_foreach_addcdiv_.Scalar", parameters, gradients, denominators, -rate);
            }

            foreach (State state in states)
                state.step++;
        }

        public sealed class State : OptimizerState, IDisposable
        {
            public long step;
            public Tensor square_avg = null!;
            public Tensor? momentum_buffer;
            public Tensor? grad_avg;

            public State(Parameter parameter)
                : base(parameter)
            {
            }

            public override void Initialize(OptimizerOptions options)
            {
                Dispose();
                step = 0;
                square_avg = zeros_like(_parameter).DetachFromDisposeScope();
                momentum_buffer = zeros_like(_parameter).DetachFromDisposeScope();
                grad_avg = zeros_like(_parameter).DetachFromDisposeScope();
            }

            public override void to(Device device)
            {
                square_avg = square_avg.to(device);
                momentum_buffer = momentum_buffer?.to(device);
                grad_avg = grad_avg?.to(device);
            }

            public override void SaveStateDict(BinaryWriter writer)
            {
                writer.Write(step);
                square_avg.Save(writer);
                SaveConditionalStateTensor(writer, momentum_buffer);
                SaveConditionalStateTensor(writer, grad_avg);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                step = reader.ReadInt64();
                square_avg.Load(reader);
                LoadConditionalStateTensor(reader, ref momentum_buffer, _parameter.device);
                LoadConditionalStateTensor(reader, ref grad_avg, _parameter.device);
            }

            public override void LoadStateDict(OptimizerState source)
            {
                var from = (State)source;
                step = from.step;
                Assign(ref square_avg!, from.square_avg);
                Assign(ref momentum_buffer, from.momentum_buffer);
                Assign(ref grad_avg, from.grad_avg);
            }

            public override bool ApproximatelyEquals(OptimizerState other) =>
                other is State state && step == state.step && Close(square_avg, state.square_avg) && Close(momentum_buffer,
                    state.momentum_buffer) && Close(grad_avg, state.grad_avg);

            public void Dispose()
            {
                square_avg?.Dispose();
                momentum_buffer?.Dispose();
                grad_avg?.Dispose();
            }
        }

        public class Options : OptimizerOptions
        {
            public bool? maximize;
            public double? momentum;
            public double? alpha;
            public double? eps;
            public double? weight_decay;
            public bool? centered;

            public override void SaveStateDict(BinaryWriter writer)
            {
                base.SaveStateDict(writer);
                writer.Write(maximize!.Value);
                writer.Write(momentum!.Value);
                writer.Write(alpha!.Value);
                writer.Write(eps!.Value);
                writer.Write(weight_decay!.Value);
                writer.Write(centered!.Value);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                base.LoadStateDict(reader);
                maximize = reader.ReadBoolean();
                momentum = reader.ReadDouble();
                alpha = reader.ReadDouble();
                eps = reader.ReadDouble();
                weight_decay = reader.ReadDouble();
                centered = reader.ReadBoolean();
            }

            public override void LoadStateDict(OptimizerOptions source)
            {
                base.LoadStateDict(source);
                var from = (Options)source;
                (maximize, momentum, alpha) = (from.maximize, from.momentum, from.alpha);
                (eps, weight_decay, centered) = (from.eps, from.weight_decay, from.centered);
            }
        }

        public class ParamGroup : ParamGroup<Options>, optim.IMomentum
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.001, double eps = 1E-08, double alpha = 0.99,
                double weight_decay = 0, double momentum = 0, bool centered = false)
                : base(parameters, new Options { LearningRate = lr, eps = eps, alpha = alpha, weight_decay = weight_decay,
                    momentum = momentum, centered = centered })
            {
            }

            public double Momentum
            {
                get => Options.momentum!.Value;
                set => Options.momentum = value;
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static RMSProp RMSProp(IEnumerable<Parameter> parameters, double lr = 0.01, double alpha = 0.99, double eps = 1E-08,
                double weight_decay = 0, double momentum = 0, bool centered = false, bool maximize = false) =>
                new(parameters, lr, alpha, eps, weight_decay, momentum, centered, maximize);

            public static RMSProp RMSProp(IEnumerable<RMSProp.ParamGroup> parameters, double lr = 0.01, double alpha = 0.99,
                double eps = 1E-08, double weight_decay = 0, double momentum = 0, bool centered = false, bool maximize = false) =>
                new(parameters, lr, alpha, eps, weight_decay, momentum, centered, maximize);
        }
    }
}
