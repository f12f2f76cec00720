// Gradients: modes, backward passes, and functions whose two halves are managed code.
#include "bridge.h"

#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/csrc/autograd/variable.h>

#include <stdexcept>

using torch::autograd::Node;
using torch::autograd::SavedVariable;
using torch::autograd::Variable;
using torch::autograd::variable_list;

namespace {

// Writes `count` gradients for the inputs into `results` (owned by the bridge from then on) and returns null, or returns
// an error text, which the bridge frees.
using BackwardCallback = char* (*)(void* context, void* const* gradients, int32_t gradient_count, void** results, int32_t count);
using ReleaseCallback = void (*)(void* context);

struct ManagedNode : public Node {
    ManagedNode(void* context, BackwardCallback backward, ReleaseCallback release)
        : context(context), backward(backward), release_context(release) {}
    ~ManagedNode() override { release_context(context); }

    variable_list apply(variable_list&& gradients) override {
        std::vector<void*> in(gradients.size()), out(input_count, nullptr);
        for (size_t i = 0; i < gradients.size(); i++) in[i] = gradients[i].defined() ? gradients[i].unsafeGetTensorImpl() : nullptr;
        char* error = backward(context, in.data(), static_cast<int32_t>(in.size()), out.data(), input_count);
        variable_list results;
        for (void* pointer : out) {
            results.push_back(pointer == nullptr ? at::Tensor() : at::Tensor(TensorPointer::reclaim(static_cast<at::TensorImpl*>(pointer))));
        }
        if (error != nullptr) {
            const std::string message(error);
            std::free(error);
            throw std::runtime_error(message);
        }
        return results;
    }

    void release_variables() override { saved.clear(); was_released = true; }
    std::string name() const override { return "ManagedFunction"; }

    void* context;
    BackwardCallback backward;
    ReleaseCallback release_context;
    std::vector<SavedVariable> saved;
    int32_t input_count = 0;
    bool was_released = false;
};

ManagedNode& managed(void* node) { return **static_cast<std::shared_ptr<ManagedNode>*>(node); }

}  // namespace

BRIDGE_EXPORT int32_t bridge_grad_enabled() { return c10::GradMode::is_enabled(); }
BRIDGE_EXPORT void bridge_set_grad_enabled(int32_t enabled) { c10::GradMode::set_enabled(enabled != 0); }
BRIDGE_EXPORT int32_t bridge_inference_enabled() { return c10::InferenceMode::is_enabled(); }
BRIDGE_EXPORT void* bridge_inference_enter(int32_t enabled) { return new c10::InferenceMode(enabled != 0); }
BRIDGE_EXPORT void bridge_inference_leave(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

BRIDGE_EXPORT int32_t bridge_requires_grad(at::TensorImpl* tensor) {
    return guarded(BRIDGE_FAILED, [&] { return static_cast<int32_t>(borrow(tensor).requires_grad()); });
}

BRIDGE_EXPORT int32_t bridge_set_requires_grad(at::TensorImpl* tensor, int32_t value) {
    return guarded(BRIDGE_FAILED, [&] { borrow(tensor).requires_grad_(value != 0); return 0; });
}

BRIDGE_EXPORT int32_t bridge_is_leaf(at::TensorImpl* tensor) {
    return guarded(BRIDGE_FAILED, [&] { return static_cast<int32_t>(borrow(tensor).is_leaf()); });
}

BRIDGE_EXPORT int32_t bridge_grad(at::TensorImpl* tensor, void** gradient) {
    return guarded(BRIDGE_FAILED, [&] { *gradient = hand_out(borrow(tensor).grad()); return 0; });
}

BRIDGE_EXPORT int32_t bridge_set_grad(at::TensorImpl* tensor, void* gradient) {
    return guarded(BRIDGE_FAILED, [&] { borrow(tensor).mutable_grad() = borrow(gradient); return 0; });
}

BRIDGE_EXPORT int32_t bridge_backward(void* const* tensors, int32_t count, void* const* gradients, int32_t gradient_count,
                                      int32_t retain_graph, int32_t create_graph, void* const* inputs, int32_t input_count) {
    return guarded(BRIDGE_FAILED, [&] {
        torch::autograd::backward(borrow_all(tensors, count), borrow_all(gradients, gradient_count), retain_graph != 0,
                                  create_graph != 0, borrow_all(inputs, input_count));
        return 0;
    });
}

// Writes one gradient per input; null where an input had no part in the outputs.
BRIDGE_EXPORT int32_t bridge_gradients(void* const* outputs, int32_t count, void* const* inputs, int32_t input_count, void* const* gradients,
                                       int32_t gradient_count, int32_t retain_graph, int32_t create_graph, int32_t allow_unused, void** results) {
    return guarded(BRIDGE_FAILED, [&] {
        auto found = torch::autograd::grad(borrow_all(outputs, count), borrow_all(inputs, input_count), borrow_all(gradients, gradient_count),
                                           retain_graph != 0, create_graph != 0, allow_unused != 0);
        for (size_t i = 0; i < found.size(); i++) results[i] = hand_out(std::move(found[i]));
        return 0;
    });
}

// A node of the graph whose backward pass is managed code. The caller frees the handle after the forward pass; the graph
// keeps the node itself alive for as long as an output needs it.
BRIDGE_EXPORT void* bridge_node_new(void* context, BackwardCallback backward, ReleaseCallback release, void* const* inputs, int32_t count) {
    return guarded(static_cast<void*>(nullptr), [&]() -> void* {
        auto node = std::shared_ptr<ManagedNode>(new ManagedNode(context, backward, release), torch::autograd::deleteNode);
        node->input_count = count;
        torch::autograd::edge_list edges;
        for (const at::Tensor& input : borrow_all(inputs, count)) edges.push_back(torch::autograd::impl::gradient_edge(input));
        node->set_next_edges(std::move(edges));
        return new std::shared_ptr<ManagedNode>(std::move(node));
    });
}

BRIDGE_EXPORT void bridge_node_free(void* node) {
    guarded(0, [&] { delete static_cast<std::shared_ptr<ManagedNode>*>(node); return 0; });
}

// Makes `output` the node's next output and hands out the tensor to return to the user: `output` itself, or a new view
// of its memory where it already belongs to another part of the graph.
BRIDGE_EXPORT void* bridge_node_add_output(void* node, at::TensorImpl* output, int32_t is_input, int32_t is_dirty) {
    return guarded(static_cast<void*>(nullptr), [&]() -> void* {
        auto& self = *static_cast<std::shared_ptr<ManagedNode>*>(node);
        at::Tensor tensor = borrow(output);
        if (is_dirty != 0) {
            torch::autograd::impl::rebase_history(tensor, {self, self->add_input_metadata(tensor)});
            return hand_out(std::move(tensor));
        }
        if (is_input != 0 || tensor.requires_grad() || tensor.is_view()) tensor = tensor.detach();
        torch::autograd::set_history(tensor, self);
        return hand_out(std::move(tensor));
    });
}

BRIDGE_EXPORT int32_t bridge_node_save(void* node, void* const* tensors, int32_t count, const uint8_t* is_output) {
    return guarded(BRIDGE_FAILED, [&] {
        auto& self = managed(node);
        self.saved.clear();
        for (int32_t i = 0; i < count; i++) self.saved.emplace_back(borrow(tensors[i]), is_output[i] != 0);
        return 0;
    });
}

BRIDGE_EXPORT ManagedNode* bridge_node_address(void* node) { return &managed(node); }

// `node` is what bridge_node_address gave; valid only while its backward callback runs.
BRIDGE_EXPORT int32_t bridge_node_unpack(ManagedNode* node, void** results, int32_t count) {
    return guarded(BRIDGE_FAILED, [&] {
        if (node->was_released) throw std::runtime_error(torch::autograd::ERR_BACKWARD_TWICE);
        for (int32_t i = 0; i < count; i++) results[i] = hand_out(node->saved.at(i).unpack(node->shared_from_this()));
        return 0;
    });
}
