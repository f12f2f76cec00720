using System.Runtime.InteropServices;

namespace TorchSharp.Bridge;

/// <summary>The C functions of src/StandIns/TorchSharp.Native, under their names without the prefix.</summary>
internal static unsafe partial class Native
{
    private const string Library = "TorchSharpStandIn";

    [DllImport(Library), SuppressGCTransition] private static extern byte* bridge_last_error();
    [DllImport(Library)] public static extern void bridge_free(void* memory);
    [DllImport(Library)] public static extern nint bridge_operator([MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string overload);
    [DllImport(Library)] public static extern int bridge_call(nint which, Value* arguments, int count, Value* results, int capacity);

    [DllImport(Library)] public static extern void bridge_tensor_free(nint tensor);
    [DllImport(Library), SuppressGCTransition] public static extern nint bridge_tensor_alias(nint tensor);
    [DllImport(Library), SuppressGCTransition] public static extern long bridge_tensor_dim(nint tensor);
    [DllImport(Library), SuppressGCTransition] public static extern long bridge_tensor_numel(nint tensor);
    [DllImport(Library), SuppressGCTransition] public static extern long bridge_tensor_itemsize(nint tensor);
    [DllImport(Library), SuppressGCTransition] public static extern int bridge_tensor_dtype(nint tensor);
    [DllImport(Library), SuppressGCTransition] public static extern int bridge_tensor_device_type(nint tensor);
    [DllImport(Library), SuppressGCTransition] public static extern int bridge_tensor_device_index(nint tensor);
    [DllImport(Library), SuppressGCTransition] public static extern int bridge_tensor_is_contiguous(nint tensor);
    [DllImport(Library)] public static extern int bridge_tensor_sizes(nint tensor, long* sizes);
    [DllImport(Library)] public static extern int bridge_tensor_strides(nint tensor, long* strides);
    [DllImport(Library)] public static extern int bridge_tensor_data(nint tensor, void** data);
    [DllImport(Library)] public static extern nint bridge_tensor_from_memory(void* data, long* sizes, int dim, int dtype,
        delegate* unmanaged<nint, void> release, nint context);

    [DllImport(Library), SuppressGCTransition] public static extern int bridge_grad_enabled();
    [DllImport(Library), SuppressGCTransition] public static extern void bridge_set_grad_enabled(int enabled);
    [DllImport(Library), SuppressGCTransition] public static extern int bridge_inference_enabled();
    [DllImport(Library)] public static extern nint bridge_inference_enter(int enabled);
    [DllImport(Library)] public static extern void bridge_inference_leave(nint guard);
    [DllImport(Library)] public static extern int bridge_requires_grad(nint tensor);
    [DllImport(Library)] public static extern int bridge_set_requires_grad(nint tensor, int value);
    [DllImport(Library)] public static extern int bridge_is_leaf(nint tensor);
    [DllImport(Library)] public static extern int bridge_grad(nint tensor, nint* gradient);
    [DllImport(Library)] public static extern int bridge_set_grad(nint tensor, nint gradient);
    [DllImport(Library)] public static extern int bridge_backward(nint* tensors, int count, nint* gradients, int gradientCount,
        int retainGraph, int createGraph, nint* inputs, int inputCount);
    [DllImport(Library)] public static extern int bridge_gradients(nint* outputs, int count, nint* inputs, int inputCount, nint* gradients,
        int gradientCount, int retainGraph, int createGraph, int allowUnused, nint* results);

    [DllImport(Library)] public static extern nint bridge_node_new(nint context, delegate* unmanaged<nint, nint*, int, nint*, int,
        byte*> backward, delegate* unmanaged<nint, void> release, nint* inputs, int count);
    [DllImport(Library)] public static extern void bridge_node_free(nint node);
    [DllImport(Library)] public static extern nint bridge_node_address(nint node);
    [DllImport(Library)] public static extern nint bridge_node_add_output(nint node, nint output, int isInput, int isDirty);
    [DllImport(Library)] public static extern int bridge_node_save(nint node, nint* tensors, int count, byte* areOutputs);
    [DllImport(Library)] public static extern int bridge_node_unpack(nint node, nint* results, int count);

    [DllImport(Library)] private static extern byte* bridge_version();
    [DllImport(Library)] public static extern int bridge_num_threads();
    [DllImport(Library)] public static extern int bridge_set_num_threads(int count);
    [DllImport(Library)] public static extern nint bridge_generator_default();
    [DllImport(Library)] public static extern nint bridge_generator_new(ulong seed, int deviceType, int deviceIndex);
    [DllImport(Library)] public static extern void bridge_generator_free(nint generator);
    [DllImport(Library)] public static extern int bridge_manual_seed(ulong seed);
    [DllImport(Library)] public static extern int bridge_generator_set_seed(nint generator, ulong seed);
    [DllImport(Library)] public static extern nint bridge_generator_get_state(nint generator);
    [DllImport(Library)] public static extern int bridge_generator_set_state(nint generator, nint state);
    [DllImport(Library)] public static extern int bridge_cuda_is_available();
    [DllImport(Library)] public static extern int bridge_cuda_device_count();

    [DllImport(Library)] public static extern nint bridge_jit_compile([MarshalAs(UnmanagedType.LPUTF8Str)] string source);
    [DllImport(Library)] public static extern void bridge_jit_free(nint unit);
    [DllImport(Library)] public static extern int bridge_jit_invoke(nint unit, [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        Value* arguments, int count, Value* result);

    /// <summary>libtorch's own words for the last failure on this thread.</summary>
    public static ExternalException Error() => new(Marshal.PtrToStringUTF8((nint)bridge_last_error()));

    public static string Version() => Marshal.PtrToStringUTF8((nint)bridge_version())!;

    /// <summary>Throws when <paramref name="result"/> is the bridge's mark of failure, else returns it.</summary>
    public static int Check(int result) => result == -1 ? throw Error() : result;

    /// <summary>Throws when <paramref name="handle"/> is null, else returns it.</summary>
    public static nint Check(nint handle) => handle == 0 ? throw Error() : handle;
}
