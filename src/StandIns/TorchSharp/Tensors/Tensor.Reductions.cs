using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Aten.Call("sum", this, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
            Aten.Call("sum.dim_IntList", this, dim.ToArray(), keepdim, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Aten.Call("sum.dim_IntList", this, dim, keepdim,
            type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => sum([dim0, dim1], keepdim, type);

        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) => sum([dim0, dim1, dim2],
            keepdim, type);

        public Tensor mean() => Aten.Call("mean", this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            Aten.Call("mean.dim", this, dimensions, keepdim, type);

        public Tensor prod(ScalarType? type = null) => Aten.Call("prod", this, type);

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => Aten.Call("prod.dim_int", this, dim, keepdim, type);

        public Tensor cumsum(long dim, ScalarType? type = null) => Aten.Call("cumsum", this, dim, type);

        public Tensor all() => Aten.Call("all", this);

        public Tensor all(long dim, bool keepdim = false) => Aten.Call("all.dim", this, dim, keepdim);

        public Tensor any() => Aten.Call("any", this);

        public Tensor any(long dim, bool keepdim = false) => Aten.Call("any.dim", this, dim, keepdim);

        public Tensor max() => Aten.Call("max", this);

        public Tensor max(Tensor other) => Aten.Call("max.other", this, other);

        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Aten.CallForTwo("max.dim", this, dim, keepdim);

        public Tensor argmax() => Aten.Call("argmax", this);

        public Tensor argmax(long dim, bool keepdim = false) => Aten.Call("argmax", this, dim, keepdim);

        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) =>
            @out is null ? Aten.Call("amax", this, dims, keepdim) : Aten.Call("amax.out", this, dims, keepdim, @out);

        public Tensor amax(params long[] dims) => Aten.Call("amax", this, dims);

        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => amax(dims.ToArray(), keepdim, @out);

        public Tensor min() => Aten.Call("min", this);

        public Tensor min(Tensor other) => Aten.Call("min.other", this, other);

        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Aten.CallForTwo("min.dim", this, dim, keepdim);

        public Tensor argmin() => Aten.Call("argmin", this);

        public Tensor argmin(long dim, bool keepdim = false) => Aten.Call("argmin", this, dim, keepdim);

        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) =>
            @out is null ? Aten.Call("amin", this, dims, keepdim) : Aten.Call("amin.out", this, dims, keepdim, @out);

        public Tensor amin(params long[] dims) => Aten.Call("amin", this, dims);

        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => amin(dims.ToArray(), keepdim, @out);

        public Tensor median() => Aten.Call("median", this);

        public Tensor logsumexp(long dim, bool keepdim = false) => Aten.Call("logsumexp", this, (long[])[dim], keepdim);

        public Tensor norm(float p = 2f) => Aten.Call("norm.Scalar", this, p);

        public Tensor norm(int dim, bool keepdim = false, float p = 2f) => Aten.Call("norm.ScalarOpt_dim", this, p, (long[])[dim], keepdim);

        public Tensor dist(Tensor other, float p = 2f) => Aten.Call("dist", this, other, p);

        public Tensor std(bool unbiased = true) => Aten.Call("std", this, unbiased);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            As(type, Aten.Call("std.dim", this, dimensions, unbiased, keepdim));

        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std(dimensions.ToArray(), unbiased, keepdim, type);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => std([dim], unbiased, keepdim,
            type);

        public (Tensor std, Tensor mean) std_mean(bool unbiased = true) => Aten.CallForTwo("std_mean", this, unbiased);

        public (Tensor std, Tensor mean) std_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            As(type, Aten.CallForTwo("std_mean.dim", this, dimensions, unbiased, keepdim));

        public Tensor var(bool unbiased = true) => Aten.Call("var", this, unbiased);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            As(type, Aten.Call("var.dim", this, dimensions, unbiased, keepdim));

        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var(dimensions.ToArray(), unbiased, keepdim, type);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => var([dim], unbiased, keepdim,
            type);

        public (Tensor var, Tensor mean) var_mean(bool unbiased = true) => Aten.CallForTwo("var_mean", this, unbiased);

        public (Tensor var, Tensor mean) var_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            As(type, Aten.CallForTwo("var_mean.dim", this, dimensions, unbiased, keepdim));

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            Aten.CallForTwo("topk", this, k, dim, largest, sorted);

        public (Tensor values, Tensor indices) kthvalue(long k, long? dim, bool keepdim = false) =>
            Aten.CallForTwo("kthvalue", this, k, dim ?? -1, keepdim);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            Aten.CallForTwo("sort.stable", this, stable, dim, descending);

        public Tensor argsort(long dim = -1, bool descending = false) => Aten.Call("argsort", this, dim, descending);

        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) => Aten.Call("quantile", this, q, dim, keepdim);

        public Tensor bincount(Tensor? weights, long minlength = 0L) => Aten.Call("bincount", this, weights, minlength);

        public Tensor count_nonzero(long[]? dims = null) =>
            dims is null ? Aten.Call("count_nonzero", this) : Aten.Call("count_nonzero.dim_IntList", this, dims);

        public Tensor nonzero() => Aten.Call("nonzero", this);

        private static Tensor As(ScalarType? type, Tensor result) => type is null ? result : result.to_type(type.Value, disposeAfter: true);

        private static (Tensor, Tensor) As(ScalarType? type, (Tensor First, Tensor Second) results) => (As(type, results.First), As(type,
            results.Second));
    }
}
