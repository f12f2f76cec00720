using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
            {
                ThrowIfNotReal(dtype);
                _toEpilog(Available(device), dtype, non_blocking);
                return this;
            }

            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                Device device = Available(new Device(deviceType, deviceIndex));
                if (device.type != _deviceType || device.index != _deviceIndex)
                    _toEpilog(device.type, device.index, non_blocking);
                return this;
            }

            protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
            {
                ThrowIfNotReal(dtype);
                _toEpilog(dtype, non_blocking);
                return this;
            }

            protected void _toEpilog(ScalarType dtype, bool non_blocking) => _toEpilog(dtype, null, non_blocking);

            protected void _toEpilog(Device device, ScalarType dtype, bool non_blocking) => _toEpilog(dtype, device, non_blocking);

            protected void _toEpilog(DeviceType deviceType, int deviceIndex, bool non_blocking) =>
                _toEpilog(null, new Device(deviceType, deviceIndex), non_blocking);

            protected virtual void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
            {
                foreach ((_, Module child) in named_children())
                {
                    if (device is null)
                        child._to(dtype!.Value, non_blocking);
                    else if (dtype is null)
                        child._to(device.type, device.index, non_blocking);
                    else
                        child._to(device, dtype.Value, non_blocking);
                }

                foreach ((string key, Parameter parameter) in named_parameters(false).ToList())
                {
                    if (ReplaceParameter(dtype, device, parameter, out Parameter? moved) && !SetProperty(key, moved))
                    {
                        parameter.Dispose();
                        ConditionallyRegisterParameter(key, moved);
                        SetField(key, moved);
                    }
                }

                foreach ((string key, Tensor buffer) in named_buffers(false).ToList())
                {
                    if (ReplaceBuffer(dtype, device, buffer, out Tensor? moved) && !SetProperty(key, moved))
                    {
                        ConditionallyRegisterBuffer(key, moved);
                        SetField(key, moved);
                    }
                }

                if (device is not null)
                    (_deviceType, _deviceIndex) = (device.type, device.index);
            }

            protected static bool ReplaceParameter(ScalarType? dtype, Device? device, Parameter param, out Parameter? p)
            {
                p = null;
                (ScalarType type, Device place) = Target(dtype, device, param);
                using Tensor? gradient = param.grad;
                if (!param.WillMove(type, place) && gradient?.WillMove(type, place) != true)
                    return false;

                using (no_grad())
                {
                    p = new Parameter(param.to(type, place, copy: true), param.requires_grad);
                    p.DetachFromDisposeScope();
                    if (gradient is not null)
                    {
                        using Tensor movedGradient = gradient.to(type, place);
                        p.grad = movedGradient;
                    }
                }

                return true;
            }

            protected static bool ReplaceBuffer(ScalarType? dtype, Device? device, Tensor buffer, out Tensor? result)
            {
                result = null;
                (ScalarType type, Device place) = Target(dtype, device, buffer);
                if (!buffer.WillMove(type, place))
                    return false;
                result = buffer.to(type, place, disposeAfter: true).DetachFromDisposeScope();
                return true;
            }

            private static (ScalarType Type, Device Place) Target(ScalarType? dtype, Device? device, Tensor tensor)
            {
                bool converts = tensor.dtype.IsFloatingPoint() || tensor.dtype.IsComplex();
                return (converts ? dtype ?? tensor.dtype : tensor.dtype, device ?? tensor.device);
            }

            private static Device Available(Device device)
            {
                if (device.type != DeviceType.CUDA)
                    return new Device(device.type);
                return cuda.is_available() ? device : throw new InvalidOperationException("CUDA is not available.");
            }

            private static void ThrowIfNotReal(ScalarType dtype)
            {
                if (!dtype.IsFloatingPoint() && !dtype.IsComplex())
                    throw new ArgumentException($"nn.Module.to only accepts floating point or complex types, but got desired dtype={dtype}");
            }

            private bool SetProperty(string key, Tensor? value)
            {
                PropertyInfo? property = GetType().GetProperty(key, BindingFlags.Public | BindingFlags.Instance);
                property?.SetValue(this, value);
                return property is not null;
            }

            private void SetField(string key,
                Tensor? value) => Fields().FirstOrDefault(field => field.ComponentName() == key)?.SetValue(this, value);
        }
    }
}

public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false) where T : torch.nn.Module =>
        (T)module._to(type, non_blocking);

    public static T to<T>(this T module, torch.Device device, bool non_blocking = false) where T : torch.nn.Module =>
        (T)module._to(device.type, device.index, non_blocking);
}
