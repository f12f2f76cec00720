using System.Globalization;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Modules called one after the other. What lies between two of them is disposed of at once.</summary>
    public class Sequential : nn.Module<Tensor, Tensor>
    {
        private readonly List<(string Name, nn.IModule<Tensor, Tensor> Module)> _modules = [];

        internal Sequential()
            : base(nameof(Sequential))
        {
        }

        public int Count => _modules.Count;

        [IndexerName("SequentialItems")]
        public nn.IModule<Tensor, Tensor> this[int index] => _modules[index].Module;

        [IndexerName("SequentialItems")]
        public Sequential this[(int? start, int? end) index]
        {
            get
            {
                int start = index.start ?? 0, end = index.end ?? Count;
                if (start < 0 || start > Count)
                    throw new IndexOutOfRangeException($"{start} is not a valid index.");
                if (end < 0 || end > Count)
                    throw new IndexOutOfRangeException($"{end} is not a valid index.");
                var slice = new Sequential();
                for (int i = start; i < end; i++)
                    slice._modules.Add(_modules[i]);
                return slice;
            }
        }

        [IndexerName("SequentialItems")]
        public Sequential this[Range index] => this[(index.Start.GetOffset(Count), index.End.GetOffset(Count))];

        public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
        {
            _modules.Add((name, module));
            return this;
        }

        public Sequential append(nn.IModule<Tensor, Tensor> module) => append(Count.ToString(CultureInfo.InvariantCulture), module);

        public override Tensor forward(Tensor tensor)
        {
            if (Count == 0)
                return tensor.alias();
            Tensor result = _modules[0].Module.call(tensor);
            for (int i = 1; i < Count; i++)
            {
                Tensor next = _modules[i].Module.call(result);
                result.Dispose();
                result = next;
            }

            return result;
        }

        public override IEnumerable<(string name, nn.Module module)> named_children() =>
            _modules.Select(item => (item.Name, (nn.Module)item.Module));

        protected internal override nn.Module _to(Device device, ScalarType dtype, bool non_blocking) => ForAll(child => child._to(device,
            dtype, non_blocking));

        protected internal override nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking) =>
            ForAll(child => child._to(deviceType, deviceIndex, non_blocking));

        protected internal override nn.Module _to(ScalarType dtype, bool non_blocking) => ForAll(child => child._to(dtype, non_blocking));

        private Sequential ForAll(Action<nn.Module> action)
        {
            foreach ((_, nn.Module child) in named_children())
                action(child);
            return this;
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) =>
                Sequential((IEnumerable<(string, Module<Tensor, Tensor>)>)modules);

            public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) => Sequential((IEnumerable<Module<Tensor,
                Tensor>>)modules);

            public static Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules)
            {
                var result = new Sequential();
                foreach ((string name, Module<Tensor, Tensor> module) in modules)
                    result.append(name, module);
                return result;
            }

            public static Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules)
            {
                var result = new Sequential();
                foreach (Module<Tensor, Tensor> module in modules)
                    result.append(module);
                return result;
            }
        }
    }
}
