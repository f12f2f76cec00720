// What belongs to the process: threads, random numbers, devices, switches, and TorchScript.
#include "bridge.h"

#include <ATen/Context.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <torch/csrc/api/include/torch/cuda.h>
#include <torch/csrc/api/include/torch/jit.h>
#include <torch/version.h>

#include <mutex>
#include <stdexcept>

namespace {

at::GeneratorImpl* implementation(void* generator) { return static_cast<at::GeneratorImpl*>(generator); }

at::Generator generator_of(void* generator) {
    return at::Generator(c10::intrusive_ptr<c10::GeneratorImpl>::unsafe_reclaim_from_nonowning(implementation(generator)));
}

}  // namespace

BRIDGE_EXPORT const char* bridge_version() { return TORCH_VERSION; }

BRIDGE_EXPORT int32_t bridge_num_threads() { return at::get_num_threads(); }
BRIDGE_EXPORT int32_t bridge_set_num_threads(int32_t count) {
    return guarded(BRIDGE_FAILED, [&] { at::set_num_threads(count); return 0; });
}

// Random numbers. A generator crosses the border as a GeneratorImpl* that owns one reference.
BRIDGE_EXPORT void* bridge_generator_default() {
    return guarded(static_cast<void*>(nullptr), [&]() -> void* { return at::Generator(at::detail::getDefaultCPUGenerator()).unsafeReleaseGeneratorImpl(); });
}

BRIDGE_EXPORT void* bridge_generator_new(uint64_t seed, int32_t device_type, int32_t device_index) {
    return guarded(static_cast<void*>(nullptr), [&]() -> void* {
        at::Generator generator;
        if (static_cast<c10::DeviceType>(device_type) == c10::kCPU) {
            generator = at::detail::createCPUGenerator(seed);
        } else {
            const c10::Device device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index));
            generator = at::globalContext().defaultGenerator(device).clone();
            generator.set_current_seed(seed);
        }
        return generator.unsafeReleaseGeneratorImpl();
    });
}

BRIDGE_EXPORT void bridge_generator_free(void* generator) {
    guarded(0, [&] { c10::intrusive_ptr<c10::GeneratorImpl>::reclaim(implementation(generator)); return 0; });
}

BRIDGE_EXPORT int32_t bridge_manual_seed(uint64_t seed) {
    return guarded(BRIDGE_FAILED, [&] { at::manual_seed(seed); return 0; });
}

BRIDGE_EXPORT int32_t bridge_generator_set_seed(void* generator, uint64_t seed) {
    return guarded(BRIDGE_FAILED, [&] {
        auto held = generator_of(generator);
        std::lock_guard<std::mutex> lock(held.mutex());
        held.set_current_seed(seed);
        return 0;
    });
}

BRIDGE_EXPORT void* bridge_generator_get_state(void* generator) {
    return guarded(static_cast<void*>(nullptr), [&]() -> void* {
        auto held = generator_of(generator);
        std::lock_guard<std::mutex> lock(held.mutex());
        return hand_out(held.get_state());
    });
}

BRIDGE_EXPORT int32_t bridge_generator_set_state(void* generator, at::TensorImpl* state) {
    return guarded(BRIDGE_FAILED, [&] {
        auto held = generator_of(generator);
        std::lock_guard<std::mutex> lock(held.mutex());
        held.set_state(borrow(state));
        return 0;
    });
}

// CUDA.
BRIDGE_EXPORT int32_t bridge_cuda_is_available() {
    return guarded(0, [&] { return static_cast<int32_t>(torch::cuda::is_available()); });
}
BRIDGE_EXPORT int32_t bridge_cuda_device_count() {
    return guarded(0, [&] { return static_cast<int32_t>(torch::cuda::device_count()); });
}

// TorchScript.
using Unit = std::shared_ptr<torch::jit::CompilationUnit>;

BRIDGE_EXPORT void* bridge_jit_compile(const char* source) {
    return guarded(static_cast<void*>(nullptr), [&]() -> void* { return new Unit(torch::jit::compile(source)); });
}

BRIDGE_EXPORT void bridge_jit_free(void* unit) {
    guarded(0, [&] { delete static_cast<Unit*>(unit); return 0; });
}

BRIDGE_EXPORT int32_t bridge_jit_invoke(void* unit, const char* name, const Value* arguments, int32_t count, Value* result) {
    return guarded(BRIDGE_FAILED, [&] {
        auto* function = (*static_cast<Unit*>(unit))->find_function(name);
        if (function == nullptr) throw std::runtime_error(std::string("the compiled code has no function '") + name + "'");
        std::vector<c10::IValue> stack;
        for (int32_t i = 0; i < count; i++) stack.push_back(to_ivalue(arguments[i]));
        *result = from_ivalue((*function)(std::move(stack)));
        return 0;
    });
}
