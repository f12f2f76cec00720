namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                string start = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
                foreach ((string key, Modules.Parameter parameter) in named_parameters())
                    destination.TryAdd(start + key, parameter);
                foreach ((string key, Tensor buffer) in named_buffers(include_nonpersistent: false))
                    destination.TryAdd(start + key, buffer);
                return destination;
            }

            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(Dictionary<string, Tensor> source,
                bool strict = true, IList<string>? skip = null)
            {
                Dictionary<string, Tensor> destination = state_dict();
                IEnumerable<string> skipped = skip ?? [];
                List<string> missing = destination.Keys.Except(source.Keys).Except(skipped).ToList();
                List<string> unexpected = source.Keys.Except(destination.Keys).Except(skipped).ToList();
                if (strict && missing.Count + unexpected.Count > 0)
                    throw new InvalidOperationException("The loaded state_dict is not identical to the target dictionary.");

                using IDisposable _ = no_grad();
                foreach (string key in source.Keys.Intersect(destination.Keys).Except(skipped))
                    destination[key].copy_(source[key]);
                return (missing, unexpected);
            }
        }
    }
}
