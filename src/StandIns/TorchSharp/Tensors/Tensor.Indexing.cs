using System.Runtime.CompilerServices;
using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices] => index(indices);

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => index_put_(value, Singles(i1));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index(Singles(i1, i2));
            set => index_put_(value, Singles(i1, i2));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index(Singles(i1, i2, i3));
            set => index_put_(value, Singles(i1, i2, i3));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index(Singles(i1, i2, i3, i4));
            set => index_put_(value, Singles(i1, i2, i3, i4));
        }

        public Tensor index(params Tensor[] indices) => index(Array.ConvertAll(indices, TensorIndex.Tensor));

        public Tensor index(params TensorIndex[] indices)
        {
            (Tensor view, Tensor?[] tensors) = View(indices);
            if (tensors.Length == 0)
                return view;
            Tensor result = Aten.Call("index.Tensor", view, tensors);
            view.Dispose();
            return result;
        }

        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            (Tensor view, Tensor?[] tensors) = View(indices);
            if (tensors.Length == 0 && !accumulate)
                view.copy_(value);
            else
                Aten.Run("index_put_", view, tensors, value, accumulate);
            view.Dispose();
            return this;
        }

        private static TensorIndex[] Singles(params long[] indices) => Array.ConvertAll(indices, item => TensorIndex.Single(item));

        /// <summary>A new view for what selects and slices, and the index tensors that remain, by dimension of that view.</summary>
        private (Tensor View, Tensor?[] Tensors) View(TensorIndex[] indices)
        {
            Tensor view = alias();
            var tensors = new List<Tensor?>();
            long consumed = indices.Sum(DimensionsTaken);
            int dim = 0;
            foreach (TensorIndex index in indices)
            {
                switch (index.Which)
                {
                    case TensorIndex.Kind.Single:
                        Become(view.select(dim, index.Start ?? 0));
                        break;
                    case TensorIndex.Kind.Slice:
                        Become(Aten.Call("slice.Tensor", view, dim, index.Start, index.Stop, index.Step ?? 1));
                        dim++;
                        break;
                    case TensorIndex.Kind.None:
                        Become(view.unsqueeze(dim));
                        dim++;
                        break;
                    case TensorIndex.Kind.Ellipsis:
                        dim += (int)(ndim - consumed);
                        break;
                    case TensorIndex.Kind.Bool:
                        Become(view.unsqueeze(dim));
                        Place(full((long[])[1], index.Start != 0, ScalarType.Bool, device));
                        break;
                    default:
                        Place(index.Indices!);
                        break;
                }
            }

            return (view, tensors.ToArray());

            void Become(Tensor next)
            {
                view.Dispose();
                view = next;
            }

            void Place(Tensor tensor)
            {
                while (tensors.Count < dim)
                    tensors.Add(null);
                tensors.Add(tensor);
                dim += tensor.dtype == ScalarType.Bool ? (int)tensor.ndim : 1;
            }
        }

        private static long DimensionsTaken(TensorIndex index) => index.Which switch
        {
            TensorIndex.Kind.Single or TensorIndex.Kind.Slice => 1,
            TensorIndex.Kind.Tensor => index.Indices!.dtype == ScalarType.Bool ? index.Indices.ndim : 1,
            _ => 0,
        };
    }
}
