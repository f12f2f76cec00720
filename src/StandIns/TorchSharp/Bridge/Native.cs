using System.Runtime.InteropServices;

namespace TorchSharp.Bridge;

/// <summary>The C functions of src/StandIns/TorchSharp.Native, under their names without the prefix.</summary>
internal static unsafe partial class Native
{
    private const string Library = "TorchSharpStandIn";

    [DllImport(Library, EntryPoint = "bridge_last_error"), SuppressGCTransition] private static extern byte* LastError();
    [DllImport(Library, EntryPoint = "bridge_free")] public static extern void Free(void* memory);
    [DllImport(Library, EntryPoint = "bridge_operator")] public static extern nint Operator([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string overload);
    [DllImport(Library, EntryPoint = "bridge_call")] public static extern int Call(nint which, Value* arguments, int count, Value* results, int capacity);

    [DllImport(Library, EntryPoint = "bridge_tensor_free")] public static extern void TensorFree(nint tensor);
    [DllImport(Library, EntryPoint = "bridge_tensor_alias"), SuppressGCTransition] public static extern nint TensorAlias(nint tensor);
    [DllImport(Library, EntryPoint = "bridge_tensor_dim"), SuppressGCTransition] public static extern long TensorDim(nint tensor);
    [DllImport(Library, EntryPoint = "bridge_tensor_numel"), SuppressGCTransition] public static extern long TensorNumel(nint tensor);
    [DllImport(Library, EntryPoint = "bridge_tensor_itemsize"), SuppressGCTransition] public static extern long TensorItemSize(nint tensor);
    [DllImport(Library, EntryPoint = "bridge_tensor_dtype"), SuppressGCTransition] public static extern int TensorType(nint tensor);
    [DllImport(Library, EntryPoint = "bridge_tensor_device_type"), SuppressGCTransition] public static extern int TensorDeviceType(nint tensor);
    [DllImport(Library, EntryPoint = "bridge_tensor_device_index"), SuppressGCTransition] public static extern int TensorDeviceIndex(nint tensor);
    [DllImport(Library, EntryPoint = "bridge_tensor_is_contiguous"), SuppressGCTransition] public static extern int TensorIsContiguous(nint tensor);
    [DllImport(Library, EntryPoint = "bridge_tensor_sizes")] public static extern int TensorSizes(nint tensor, long* sizes);
    [DllImport(Library, EntryPoint = "bridge_tensor_strides")] public static extern int TensorStrides(nint tensor, long* strides);
    [DllImport(Library, EntryPoint = "bridge_tensor_storage_offset")] public static extern long TensorStorageOffset(nint tensor);
    [DllImport(Library, EntryPoint = "bridge_tensor_data")] public static extern int TensorData(nint tensor, void** data);
    [DllImport(Library, EntryPoint = "bridge_tensor_is_pinned")] public static extern int TensorIsPinned(nint tensor);
    [DllImport(Library, EntryPoint = "bridge_tensor_from_memory")] public static extern nint TensorFromMemory(void* data, long* sizes, int dim, int dtype, delegate* unmanaged<nint, void> release, nint context);

    [DllImport(Library, EntryPoint = "bridge_grad_enabled"), SuppressGCTransition] public static extern int GradEnabled();
    [DllImport(Library, EntryPoint = "bridge_set_grad_enabled"), SuppressGCTransition] public static extern void SetGradEnabled(int enabled);
    [DllImport(Library, EntryPoint = "bridge_inference_enabled"), SuppressGCTransition] public static extern int InferenceEnabled();
    [DllImport(Library, EntryPoint = "bridge_inference_enter")] public static extern nint InferenceEnter(int enabled);
    [DllImport(Library, EntryPoint = "bridge_inference_leave")] public static extern void InferenceLeave(nint guard);
    [DllImport(Library, EntryPoint = "bridge_requires_grad")] public static extern int RequiresGrad(nint tensor);
    [DllImport(Library, EntryPoint = "bridge_set_requires_grad")] public static extern int SetRequiresGrad(nint tensor, int value);
    [DllImport(Library, EntryPoint = "bridge_is_leaf")] public static extern int IsLeaf(nint tensor);
    [DllImport(Library, EntryPoint = "bridge_retain_grad")] public static extern int RetainGrad(nint tensor);
    [DllImport(Library, EntryPoint = "bridge_grad")] public static extern int Grad(nint tensor, nint* gradient);
    [DllImport(Library, EntryPoint = "bridge_set_grad")] public static extern int SetGrad(nint tensor, nint gradient);
    [DllImport(Library, EntryPoint = "bridge_backward")] public static extern int Backward(nint* tensors, int count, nint* gradients, int gradientCount, int retainGraph, int createGraph, nint* inputs, int inputCount);
    [DllImport(Library, EntryPoint = "bridge_gradients")] public static extern int Gradients(nint* outputs, int count, nint* inputs, int inputCount, nint* gradients, int gradientCount, int retainGraph, int createGraph, int allowUnused, nint* results);

    [DllImport(Library, EntryPoint = "bridge_node_new")] public static extern nint NodeNew(nint context, delegate* unmanaged<nint, nint*, int, nint*, int, byte*> backward, delegate* unmanaged<nint, void> release, nint* inputs, int count);
    [DllImport(Library, EntryPoint = "bridge_node_free")] public static extern void NodeFree(nint node);
    [DllImport(Library, EntryPoint = "bridge_node_address")] public static extern nint NodeAddress(nint node);
    [DllImport(Library, EntryPoint = "bridge_node_add_output")] public static extern nint NodeAddOutput(nint node, nint output, int isInput, int isDirty);
    [DllImport(Library, EntryPoint = "bridge_node_save")] public static extern int NodeSave(nint node, nint* tensors, int count, byte* areOutputs);
    [DllImport(Library, EntryPoint = "bridge_node_unpack")] public static extern int NodeUnpack(nint node, nint* results, int count);

    [DllImport(Library, EntryPoint = "bridge_version")] private static extern byte* VersionText();
    [DllImport(Library, EntryPoint = "bridge_num_threads")] public static extern int NumThreads();
    [DllImport(Library, EntryPoint = "bridge_set_num_threads")] public static extern int SetNumThreads(int count);
    [DllImport(Library, EntryPoint = "bridge_num_interop_threads")] public static extern int NumInteropThreads();
    [DllImport(Library, EntryPoint = "bridge_set_num_interop_threads")] public static extern int SetNumInteropThreads(int count);
    [DllImport(Library, EntryPoint = "bridge_generator_default")] public static extern nint GeneratorDefault();
    [DllImport(Library, EntryPoint = "bridge_generator_new")] public static extern nint GeneratorNew(ulong seed, int deviceType, int deviceIndex);
    [DllImport(Library, EntryPoint = "bridge_generator_free")] public static extern void GeneratorFree(nint generator);
    [DllImport(Library, EntryPoint = "bridge_manual_seed")] public static extern int ManualSeed(ulong seed);
    [DllImport(Library, EntryPoint = "bridge_cuda_manual_seed")] public static extern int CudaManualSeed(ulong seed, int all);
    [DllImport(Library, EntryPoint = "bridge_generator_set_seed")] public static extern int GeneratorSetSeed(nint generator, ulong seed);
    [DllImport(Library, EntryPoint = "bridge_generator_initial_seed")] public static extern ulong GeneratorInitialSeed(nint generator);
    [DllImport(Library, EntryPoint = "bridge_generator_get_state")] public static extern nint GeneratorGetState(nint generator);
    [DllImport(Library, EntryPoint = "bridge_generator_set_state")] public static extern int GeneratorSetState(nint generator, nint state);
    [DllImport(Library, EntryPoint = "bridge_cuda_is_available")] public static extern int CudaIsAvailable();
    [DllImport(Library, EntryPoint = "bridge_cuda_cudnn_is_available")] public static extern int CudnnIsAvailable();
    [DllImport(Library, EntryPoint = "bridge_cuda_device_count")] public static extern int CudaDeviceCount();
    [DllImport(Library, EntryPoint = "bridge_cuda_synchronize")] public static extern int CudaSynchronize(long deviceIndex);
    [DllImport(Library, EntryPoint = "bridge_switch_get")] public static extern int SwitchGet(int which);
    [DllImport(Library, EntryPoint = "bridge_switch_set")] public static extern int SwitchSet(int which, int value);

    [DllImport(Library, EntryPoint = "bridge_jit_compile")] public static extern nint JitCompile([MarshalAs(UnmanagedType.LPUTF8Str)] string source);
    [DllImport(Library, EntryPoint = "bridge_jit_free")] public static extern void JitFree(nint unit);
    [DllImport(Library, EntryPoint = "bridge_jit_invoke")] public static extern int JitInvoke(nint unit, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, Value* arguments, int count, Value* result);

    /// <summary>libtorch's own words for the last failure on this thread.</summary>
    public static ExternalException Error() => new(Marshal.PtrToStringUTF8((nint)LastError()));

    public static string Version() => Marshal.PtrToStringUTF8((nint)VersionText())!;

    /// <summary>Throws when <paramref name="result"/> is the bridge's mark of failure, else returns it.</summary>
    public static int Check(int result) => result == -1 ? throw Error() : result;

    /// <summary>Throws when <paramref name="handle"/> is null, else returns it.</summary>
    public static nint Check(nint handle) => handle == 0 ? throw Error() : handle;
}
