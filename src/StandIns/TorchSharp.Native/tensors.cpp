// Tensors themselves: their lifetime, their facts and their memory.
#include "bridge.h"

#include <ATen/ops/from_blob.h>

BRIDGE_EXPORT void bridge_tensor_free(at::TensorImpl* tensor) {
    guarded(0, [&] { TensorPointer::reclaim(tensor); return 0; });
}

BRIDGE_EXPORT void* bridge_tensor_alias(at::TensorImpl* tensor) { return hand_out(borrow(tensor)); }

BRIDGE_EXPORT int64_t bridge_tensor_dim(at::TensorImpl* tensor) { return tensor->dim(); }
BRIDGE_EXPORT int64_t bridge_tensor_numel(at::TensorImpl* tensor) { return tensor->numel(); }
BRIDGE_EXPORT int64_t bridge_tensor_itemsize(at::TensorImpl* tensor) { return tensor->itemsize(); }
BRIDGE_EXPORT int32_t bridge_tensor_dtype(at::TensorImpl* tensor) { return static_cast<int32_t>(c10::typeMetaToScalarType(tensor->dtype())); }
BRIDGE_EXPORT int32_t bridge_tensor_device_type(at::TensorImpl* tensor) { return static_cast<int32_t>(tensor->device_type()); }
BRIDGE_EXPORT int32_t bridge_tensor_device_index(at::TensorImpl* tensor) { return tensor->device().index(); }
BRIDGE_EXPORT int32_t bridge_tensor_is_contiguous(at::TensorImpl* tensor) { return tensor->is_contiguous(); }

BRIDGE_EXPORT int32_t bridge_tensor_sizes(at::TensorImpl* tensor, int64_t* sizes) {
    return guarded(BRIDGE_FAILED, [&] {
        const auto from = tensor->sizes();
        std::copy(from.begin(), from.end(), sizes);
        return 0;
    });
}

BRIDGE_EXPORT int32_t bridge_tensor_strides(at::TensorImpl* tensor, int64_t* strides) {
    return guarded(BRIDGE_FAILED, [&] {
        const auto from = tensor->strides();
        std::copy(from.begin(), from.end(), strides);
        return 0;
    });
}

BRIDGE_EXPORT int32_t bridge_tensor_data(at::TensorImpl* tensor, void** data) {
    return guarded(BRIDGE_FAILED, [&] {
        *data = borrow(tensor).data_ptr();
        return 0;
    });
}

// The memory stays the caller's until `release(context)` is called, on whatever thread drops the last reference.
BRIDGE_EXPORT void* bridge_tensor_from_memory(void* data, const int64_t* sizes, int32_t dim, int32_t dtype, void (*release)(void*), void* context) {
    return guarded(static_cast<void*>(nullptr), [&]() -> void* {
        const auto options = at::TensorOptions().dtype(static_cast<c10::ScalarType>(dtype));
        return hand_out(at::from_blob(data, c10::IntArrayRef(sizes, dim), [release, context](void*) { release(context); }, options));
    });
}
