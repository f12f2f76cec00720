// Any ATen operator by its schema name, through the dispatcher's boxed calling convention.
#include "bridge.h"

#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/function_schema.h>
#include <ATen/core/jit_type.h>
#include <ATen/core/Generator.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace {

thread_local std::string last_error;

// c10::optional before libtorch 2.4, std::optional since.
using OptionalTensor = decltype(std::declval<c10::IValue>().toOptional<at::Tensor>());

// What an argument of the schema wants; only what a plain conversion would get wrong has a kind of its own.
enum class Wants : uint8_t { AsGiven, Float, TensorOrUndefined, OptionalTensors };

struct Operator {
    c10::OperatorHandle handle;
    std::vector<Wants> wants;
};

bool is_optional_tensor_list(const c10::TypePtr& type) {
    const auto list = type->cast<c10::ListType>();
    return list != nullptr && list->getElementType()->kind() == c10::TypeKind::OptionalType;
}

Wants wanted_by(const c10::Argument& argument) {
    c10::TypePtr type = argument.type();
    if (type->kind() == c10::TypeKind::TensorType) return Wants::TensorOrUndefined;
    if (const auto optional = type->cast<c10::OptionalType>()) type = optional->getElementType();
    if (type->kind() == c10::TypeKind::FloatType) return Wants::Float;
    if (is_optional_tensor_list(type)) return Wants::OptionalTensors;
    return Wants::AsGiven;
}

c10::IValue for_argument(const Value& value, Wants wants, const c10::Argument& argument) {
    if (value.tag == Tag::Default) {
        if (!argument.default_value()) throw std::invalid_argument("argument '" + argument.name() + "' has no default value");
        return *argument.default_value();
    }
    if (wants == Wants::Float && value.tag == Tag::Int) return static_cast<double>(value.integer);
    if (wants == Wants::TensorOrUndefined && value.tag == Tag::None) return at::Tensor();
    if (wants == Wants::OptionalTensors && value.tag == Tag::TensorList) {
        c10::List<OptionalTensor> list;
        list.reserve(value.count);
        for (int32_t i = 0; i < value.count; i++) {
            void* pointer = static_cast<void**>(value.pointer)[i];
            if (pointer == nullptr) list.push_back(OptionalTensor());
            else list.push_back(borrow(pointer));
        }
        return list;
    }
    return to_ivalue(value);
}

}  // namespace

void remember_error(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const c10::Error& e) {
        last_error = e.what_without_backtrace();
    } catch (const std::exception& e) {
        last_error = e.what();
    } catch (...) {
        last_error = "an exception of an unknown kind";
    }
}

std::vector<at::Tensor> borrow_all(void* const* pointers, int32_t count) {
    std::vector<at::Tensor> tensors;
    tensors.reserve(count);
    for (int32_t i = 0; i < count; i++) tensors.push_back(borrow(pointers[i]));
    return tensors;
}

void* hand_out_all(std::vector<at::Tensor> tensors) {
    auto** array = static_cast<void**>(std::malloc((tensors.size() + 1) * sizeof(void*)));
    for (size_t i = 0; i < tensors.size(); i++) array[i] = hand_out(std::move(tensors[i]));
    return array;
}

c10::IValue to_ivalue(const Value& value) {
    switch (value.tag) {
        case Tag::None: return c10::IValue();
        case Tag::Tensor: return borrow(value.pointer);
        case Tag::Int: return value.integer;
        case Tag::Double: return value.real;
        case Tag::Bool: return value.integer != 0;
        case Tag::String: return std::string(static_cast<const char*>(value.pointer), value.count);
        case Tag::IntList: {
            const auto* items = static_cast<const int64_t*>(value.pointer);
            return std::vector<int64_t>(items, items + value.count);
        }
        case Tag::DoubleList: {
            const auto* items = static_cast<const double*>(value.pointer);
            return std::vector<double>(items, items + value.count);
        }
        case Tag::BoolList: {
            c10::List<bool> list;
            for (int32_t i = 0; i < value.count; i++) list.push_back(static_cast<const uint8_t*>(value.pointer)[i] != 0);
            return list;
        }
        case Tag::TensorList: return borrow_all(static_cast<void**>(value.pointer), value.count);
        case Tag::Device: {
            const auto type = static_cast<c10::DeviceType>(static_cast<int32_t>(value.integer));
            return c10::Device(type, static_cast<c10::DeviceIndex>(value.integer >> 32));
        }
        case Tag::Generator:
            return at::Generator(c10::intrusive_ptr<c10::GeneratorImpl>::unsafe_reclaim_from_nonowning(
                static_cast<c10::GeneratorImpl*>(value.pointer)));
        default: throw std::invalid_argument("a value of this kind cannot be passed to libtorch");
    }
}

Value from_ivalue(c10::IValue value) {
    Value result{};
    if (value.isNone()) {
        result.tag = Tag::None;
    } else if (value.isTensor()) {
        result.tag = Tag::Tensor;
        result.pointer = hand_out(std::move(value).toTensor());
    } else if (value.isBool()) {
        result.tag = Tag::Bool;
        result.integer = value.toBool();
    } else if (value.isInt()) {
        result.tag = Tag::Int;
        result.integer = value.toInt();
    } else if (value.isDouble()) {
        result.tag = Tag::Double;
        result.real = value.toDouble();
    } else if (value.isString()) {
        const std::string& text = value.toStringRef();
        result.tag = Tag::String;
        result.count = static_cast<int32_t>(text.size());
        result.pointer = std::malloc(text.size() + 1);
        std::memcpy(result.pointer, text.c_str(), text.size() + 1);
    } else if (value.isTensorList()) {
        auto tensors = value.toTensorVector();
        result.tag = Tag::TensorList;
        result.count = static_cast<int32_t>(tensors.size());
        result.pointer = hand_out_all(std::move(tensors));
    } else if (value.isIntList()) {
        const auto items = value.toIntVector();
        result.tag = Tag::IntList;
        result.count = static_cast<int32_t>(items.size());
        result.pointer = std::malloc((items.size() + 1) * sizeof(int64_t));
        std::memcpy(result.pointer, items.data(), items.size() * sizeof(int64_t));
    } else if (value.isTuple() || value.isList()) {
        const bool tuple = value.isTuple();
        std::vector<c10::IValue> items;
        if (tuple) for (const auto& item : value.toTupleRef().elements()) items.push_back(item);
        else for (const c10::IValue& item : value.toListRef()) items.push_back(item);
        auto* array = static_cast<Value*>(std::malloc((items.size() + 1) * sizeof(Value)));
        for (size_t i = 0; i < items.size(); i++) array[i] = from_ivalue(std::move(items[i]));
        result.tag = Tag::Tuple;
        result.count = static_cast<int32_t>(items.size());
        result.pointer = array;
    } else if (value.isScalar()) {
        result.tag = Tag::Double;
        result.real = value.toScalar().toDouble();
    } else {
        throw std::runtime_error("libtorch returned a value of type " + value.tagKind() + ", which cannot be handed out");
    }
    return result;
}

BRIDGE_EXPORT const char* bridge_last_error() { return last_error.c_str(); }

BRIDGE_EXPORT void bridge_free(void* memory) { std::free(memory); }

// "aten::add" and "Tensor" give a handle that is never freed; null when this libtorch has no such operator.
BRIDGE_EXPORT void* bridge_operator(const char* name, const char* overload) {
    return guarded(static_cast<void*>(nullptr), [&]() -> void* {
        const auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
        if (!handle) {
            throw std::runtime_error(std::string("this libtorch has no operator '") + name + (*overload ? "." : "") + overload + "'");
        }
        auto* found = new Operator{*handle, {}};
        for (const auto& argument : handle->schema().arguments()) found->wants.push_back(wanted_by(argument));
        return found;
    });
}

// Missing trailing arguments take the schema's defaults. Returns how many results were written; further ones are dropped.
BRIDGE_EXPORT int32_t bridge_call(void* which, const Value* arguments, int32_t count, Value* results, int32_t capacity) {
    return guarded(BRIDGE_FAILED, [&]() -> int32_t {
        const auto& callee = *static_cast<const Operator*>(which);
        const auto& schema = callee.handle.schema().arguments();
        torch::jit::Stack stack;
        stack.reserve(schema.size());
        if (static_cast<size_t>(count) > schema.size()) {
            throw std::invalid_argument("too many arguments for operator '" + callee.handle.operator_name().name + "'");
        }
        const Value missing{Tag::Default, 0, {0}};
        for (size_t i = 0; i < schema.size(); i++) {
            stack.push_back(for_argument(i < static_cast<size_t>(count) ? arguments[i] : missing, callee.wants[i], schema[i]));
        }
        callee.handle.callBoxed(&stack);
        const auto written = std::min(static_cast<int32_t>(stack.size()), capacity);
        for (int32_t i = 0; i < written; i++) results[i] = from_ivalue(std::move(stack[i]));
        return written;
    });
}
