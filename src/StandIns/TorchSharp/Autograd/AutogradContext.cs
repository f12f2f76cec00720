using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>What the two halves of a custom function share.</summary>
        public class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object> _data = [];

            internal AutogradContext()
            {
            }

            public bool MaterializeGrads { get; private set; } = true;

            internal List<Tensor> TensorsToSave { get; private set; } = [];

            internal List<Tensor> DirtyTensors { get; private set; } = [];

            internal List<Tensor> NonDifferentiableTensors { get; private set; } = [];

            /// <summary>The native node, while its backward pass runs.</summary>
            internal nint Node { get; set; }

            internal int SavedCount { get; set; }

            public void save_for_backward(List<Tensor> tensors) => TensorsToSave = tensors;

            public unsafe List<Tensor> get_saved_variables()
            {
                var handles = new nint[SavedCount];
                fixed (nint* results = handles)
                    Native.Check(Native.bridge_node_unpack(Node, results, handles.Length));
                return handles.Select(handle => handle == 0 ? null! : new Tensor(handle)).ToList();
            }

            public void save_data(string key, object value) => _data[key] = value;

            public object get_data(string key) => _data.GetValueOrDefault(key)!;

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
            }
        }
    }
}
