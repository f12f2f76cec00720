using TorchSharp.Bridge;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>Scales all gradients together so that their norm is at most <paramref name="max_norm"/>.</summary>
            /// <returns>The norm before.</returns>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
            {
                using IDisposable _ = no_grad();
                using DisposeScope scope = NewDisposeScope();
                Tensor[] gradients = tensors.Select(tensor => tensor.grad).OfType<Tensor>().ToArray();
                if (gradients.Length == 0)
                    return 0;
                Tensor norms = stack(double.IsPositiveInfinity(norm_type)
                    ? gradients.Select(gradient => gradient.abs().max())
                    : Aten.CallForList("_foreach_norm.Scalar", gradients, norm_type));
                double total = (double.IsPositiveInfinity(norm_type) ? norms.max() : norms.norm((float)norm_type)).ToDouble();
                double factor = max_norm / (total + 1e-6);
                if (factor < 1)
                    Aten.Run("_foreach_mul_.Scalar", gradients, factor);
                return total;
            }
        }
    }
}
