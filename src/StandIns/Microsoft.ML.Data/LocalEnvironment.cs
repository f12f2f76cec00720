using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The environment of an <see cref="MLContext"/>, and each host registered with it.</summary>
internal sealed class LocalEnvironment : IHost, IHostEnvironmentInternal
{
    private readonly LocalEnvironment _root;
    private readonly string _name;
    private readonly Lock _lock = new();

    public LocalEnvironment(int? seed = null)
    {
        _root = this;
        Seed = seed;
        Rand = TauswortheHybrid.Create(seed);
        ComponentCatalog = new ComponentCatalog();
        TempFilePath = Path.GetTempPath();
    }

    private LocalEnvironment(LocalEnvironment parent, string name, Random rand)
    {
        _root = parent._root;
        _name = name;
        Seed = parent.Seed;
        Rand = rand;
        ComponentCatalog = parent.ComponentCatalog;
        TempFilePath = parent.TempFilePath;
        FallbackToCpu = parent.FallbackToCpu;
        GpuDeviceId = parent.GpuDeviceId;
    }

    public event Action<string, ChannelMessage> Message;

    public int? Seed { get; }

    public Random Rand { get; }

    public ComponentCatalog ComponentCatalog { get; }

    public string TempFilePath { get; set; }

    public bool FallbackToCpu { get; set; }

    public int? GpuDeviceId { get; set; }

    public string ContextDescription => _name ?? "HostEnvironment";

    public TException Process<TException>(TException ex) where TException : Exception
    {
        ex.Data["Throwing component"] = _name ?? "Environment";
        return Contracts.Mark(ex);
    }

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        lock (_lock)
            return new LocalEnvironment(this, name, seed is { } value ? TauswortheHybrid.Create(value) : new TauswortheHybrid(Rand));
    }

    public IChannel Start(string name) => new Channel(this, name);

    public IPipe<TMessage> StartPipe<TMessage>(string name) => new Pipe<TMessage>(this);

    public IProgressChannel StartProgressChannel(string name) => new ProgressChannel();

    private class Pipe<TMessage>(LocalEnvironment parent) : IPipe<TMessage>
    {
        public string ContextDescription => parent.ContextDescription;

        protected LocalEnvironment Parent => parent;

        public TException Process<TException>(TException ex) where TException : Exception => parent.Process(ex);

        public virtual void Send(TMessage msg)
        {
        }

        public virtual void Dispose()
        {
        }
    }

    private sealed class Channel : Pipe<ChannelMessage>, IChannel
    {
        private readonly string _source;
        private readonly DateTime _start = DateTime.UtcNow;
        private bool _disposed;

        public Channel(LocalEnvironment parent, string name) : base(parent)
        {
            _source = parent._name is null ? name : $"{parent._name}; {name}";
            Send(ChannelMessageKind.Trace, MessageSensitivity.None, "Channel started");
        }

        public override void Send(ChannelMessage msg) => Parent._root.Message?.Invoke(_source, msg);

        public void Trace(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Trace, sensitivity, fmt);

        public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Trace, sensitivity, fmt, args);

        public void Error(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Error, sensitivity, fmt);

        public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Error, sensitivity, fmt, args);

        public void Warning(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Warning, sensitivity, fmt);

        public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Warning, sensitivity, fmt, args);

        public void Info(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Info, sensitivity, fmt);

        public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Info, sensitivity, fmt, args);

        public override void Dispose()
        {
            if (_disposed)
                return;
            _disposed = true;
            Send(ChannelMessageKind.Trace, MessageSensitivity.None, "Channel finished. Elapsed {0:c}.", DateTime.UtcNow - _start);
            Send(ChannelMessageKind.Trace, MessageSensitivity.None, "Channel disposed");
        }

        private void Send(ChannelMessageKind kind, MessageSensitivity sensitivity, string message, params object[] args)
            => Send(new ChannelMessage(kind, sensitivity, message, args.Length == 0 ? null : args));
    }

    /// <summary>Genuine progress channels reach no listener of <see cref="MLContext.Log"/> either.</summary>
    private sealed class ProgressChannel : IProgressChannel
    {
        public IProgressChannel StartProgressChannel(string name) => new ProgressChannel();

        public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction)
        {
        }

        public void Checkpoint(params double?[] values)
        {
        }

        public void Dispose()
        {
        }
    }
}
