// The C ABI between the managed TorchSharp stand-in and libtorch.
//
// A tensor crosses the border as a TensorImpl* that owns one reference. A call that fails returns BRIDGE_FAILED (or
// null) and leaves libtorch's words in bridge_last_error(); no C++ exception ever leaves this library.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>

#include <cstdint>
#include <exception>
#include <string>

#define BRIDGE_EXPORT extern "C" __attribute__((visibility("default")))

enum class Tag : int32_t {
    None = 0,        // an absent optional
    Default = 1,     // the default that the operator's schema names
    Tensor = 2,      // pointer: TensorImpl*, borrowed when passed in, owned when handed out; null is an undefined tensor
    Int = 3,
    Double = 4,
    Bool = 5,
    String = 6,      // pointer and count: UTF-8
    IntList = 7,
    DoubleList = 8,
    TensorList = 9,  // pointer: TensorImpl*[]; handed out, the array is freed by bridge_free
    Device = 10,     // integer: type in the low half, index in the high half
    Generator = 11,  // pointer: GeneratorImpl*, borrowed
    Tuple = 12,      // pointer: Value[], freed by bridge_free
    BoolList = 13,   // pointer: uint8_t[]
};

struct Value {
    Tag tag;
    int32_t count;
    union {
        int64_t integer;
        double real;
        void* pointer;
    };
};
static_assert(sizeof(Value) == 16, "the managed side lays it out so");

constexpr int32_t BRIDGE_FAILED = -1;

void remember_error(const std::exception_ptr& error);

// Runs `body` and turns an exception into `failed`.
template <typename Result, typename Body>
Result guarded(Result failed, Body body) {
    try {
        return body();
    } catch (...) {
        remember_error(std::current_exception());
        return failed;
    }
}

using TensorPointer = c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>;

inline at::Tensor borrow(void* pointer) {
    if (pointer == nullptr) return at::Tensor();
    return at::Tensor(TensorPointer::unsafe_reclaim_from_nonowning(static_cast<at::TensorImpl*>(pointer)));
}

inline void* hand_out(at::Tensor tensor) {
    return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr;
}

std::vector<at::Tensor> borrow_all(void* const* pointers, int32_t count);
void* hand_out_all(std::vector<at::Tensor> tensors);
c10::IValue to_ivalue(const Value& value);
Value from_ivalue(c10::IValue value);
