using System.Runtime.InteropServices;
using System.Text;
using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>A differentiable function whose two halves are written in C#.</summary>
        public abstract class Function<T> where T : Function<T>, new()
        {
            private static readonly T Instance = new();

            public abstract string Name { get; }

            public static unsafe List<Tensor> apply_internal(params object[] vars)
            {
                var inputs = vars.OfType<Tensor>().Where(tensor => !tensor.IsInvalid).ToList();
                bool isRecorded = is_grad_enabled() && inputs.Any(tensor => tensor.requires_grad);
                var context = new AutogradContext();
                List<Tensor> outputs;
                using (no_grad())
                    outputs = Instance.forward_internal(context, vars);
                if (!isRecorded)
                    return outputs;

                var call = new FunctionCall(Instance.Name, vars.Select(item => item is Tensor { IsInvalid: false }).ToArray(), context,
                    outputs, Instance.backward_internal);
                nint node;
                fixed (nint* handles = Handles(inputs))
                    node = Native.Check(Native.bridge_node_new(GCHandle.ToIntPtr(GCHandle.Alloc(call)), &FunctionCall.Backward,
                        &FunctionCall.Release, handles, inputs.Count));
                try
                {
                    context.Node = Native.bridge_node_address(node);
                    List<Tensor> recorded = outputs.ConvertAll(output => Record(node, context, output, inputs));
                    Save(node, context, recorded);
                    foreach (Tensor output in outputs.Except(inputs).Except(context.TensorsToSave).Except(recorded))
                        output.Dispose();
                    return recorded;
                }
                finally
                {
                    Native.bridge_node_free(node);
                    GC.KeepAlive(inputs);
                }
            }

            internal abstract List<Tensor> forward_internal(AutogradContext ctx, params object[] vars);

            internal abstract List<Tensor> backward_internal(AutogradContext ctx, List<Tensor> grad_outputs);

            private static Tensor Record(nint node, AutogradContext context, Tensor output, List<Tensor> inputs)
            {
                if (context.NonDifferentiableTensors.Contains(output))
                    return output.detach();
                bool isInput = inputs.Any(input => input.Handle == output.Handle), isDirty = context.DirtyTensors.Contains(output);
                return new Tensor(Native.Check(Native.bridge_node_add_output(node, output.Handle, isInput ? 1 : 0, isDirty ? 1 : 0)));
            }

            private static unsafe void Save(nint node, AutogradContext context, List<Tensor> outputs)
            {
                List<Tensor> tensors = context.TensorsToSave;
                byte[] areOutputs = tensors.Select(tensor => (byte)(tensor is not null && outputs.Any(output => output.Handle == tensor.Handle) ? 1 : 0)).ToArray();
                fixed (nint* handles = Handles(tensors))
                fixed (byte* flags = areOutputs)
                    Native.Check(Native.bridge_node_save(node, handles, tensors.Count, flags));
                context.SavedCount = tensors.Count;
            }
        }

        public abstract class SingleTensorFunction<T> : Function<T> where T : SingleTensorFunction<T>, new()
        {
            public static Tensor apply(params object[] vars) => apply_internal(vars)[0];

            public abstract Tensor forward(AutogradContext ctx, params object[] vars);

            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);

            internal sealed override List<Tensor> forward_internal(AutogradContext ctx, params object[] vars) => [forward(ctx, vars)];

            internal sealed override List<Tensor> backward_internal(AutogradContext ctx, List<Tensor> grad_outputs) => backward(ctx,
                grad_outputs[0]);
        }

        public abstract class MultiTensorFunction<T> : Function<T> where T : MultiTensorFunction<T>, new()
        {
            public static List<Tensor> apply(params object[] vars) => apply_internal(vars);

            public abstract List<Tensor> forward(AutogradContext ctx, params object[] vars);

            public abstract List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs);

            internal sealed override List<Tensor> forward_internal(AutogradContext ctx, params object[] vars) => forward(ctx, vars);

            internal sealed override List<Tensor> backward_internal(AutogradContext ctx, List<Tensor> grad_outputs) => backward(ctx,
                grad_outputs);
        }

        /// <summary>One application of a function, kept alive by libtorch's graph until its backward pass is no longer needed.</summary>
        private sealed class FunctionCall(string name, bool[] areTensors, AutogradContext context, List<Tensor> outputs,
            Func<AutogradContext, List<Tensor>, List<Tensor>> backward)
        {
            private readonly (long[] Shape, ScalarType Type, Device Device)[] _outputs =
                outputs.Select(output => (output.shape, output.dtype, output.device)).ToArray();

            [UnmanagedCallersOnly]
            public static unsafe byte* Backward(nint handle, nint* gradients, int gradientCount, nint* results, int count)
            {
                try
                {
                    ((FunctionCall)GCHandle.FromIntPtr(handle).Target!).Run(new Span<nint>(gradients, gradientCount),
                        new Span<nint>(results, count));
                    return null;
                }
                catch (Exception exception)
                {
                    byte[] text = Encoding.UTF8.GetBytes(exception.Message);
                    var message = (byte*)NativeMemory.AllocZeroed((nuint)text.Length + 1);
                    text.CopyTo(new Span<byte>(message, text.Length));
                    return message;
                }
            }

            [UnmanagedCallersOnly]
            public static void Release(nint handle) => GCHandle.FromIntPtr(handle).Free();

            private void Run(Span<nint> gradients, Span<nint> results)
            {
                using DisposeScope scope = NewDisposeScope();
                var incoming = new List<Tensor>();
                for (int i = 0; i < gradients.Length; i++)
                    incoming.Add(gradients[i] != 0 ? new Tensor(Native.bridge_tensor_alias(gradients[i])) : context.MaterializeGrads ? Zeros(i) : null!);

                List<Tensor> outgoing = backward(context, incoming);
                if (outgoing.Count < areTensors.Length || outgoing.Skip(areTensors.Length).Any(tensor => tensor is not null))
                    throw new InvalidOperationException($"Function {name} returned an incorrect number of gradients (expected {areTensors.Length}), got {outgoing.Count}");
                int place = 0;
                for (int i = 0; i < areTensors.Length; i++)
                {
                    if (areTensors[i])
                        results[place++] = outgoing[i] is { } gradient ? Native.bridge_tensor_alias(gradient.Handle) : 0;
                    else if (outgoing[i] is not null)
                        throw new InvalidOperationException($"Function {name} returned a gradient at position {i + 1}, but the corresponding forward input was not a Tensor");
                }
            }

            private Tensor Zeros(int index) => zeros(_outputs[index].Shape, _outputs[index].Type, _outputs[index].Device);
        }
    }
}
