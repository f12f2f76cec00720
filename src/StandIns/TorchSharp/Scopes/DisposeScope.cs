namespace TorchSharp;

/// <summary>Owns the tensors made while it is the thread's innermost scope, and disposes of them with itself.</summary>
public sealed class DisposeScope : IDisposable
{
    private DisposeScopeManager? _manager;
    private HashSet<IDisposable> _members = new(ReferenceEqualityComparer.Instance);

    internal DisposeScope(DisposeScopeManager manager)
    {
        _manager = manager;
        OuterScope = manager.CurrentDisposeScope;
    }

    internal DisposeScope? OuterScope { get; set; }

    public IReadOnlyList<IDisposable> DisposablesView
    {
        get
        {
            ThrowIfDisposed();
            return _members.ToArray();
        }
    }

    public int DisposablesCount
    {
        get
        {
            ThrowIfDisposed();
            return _members.Count;
        }
    }

    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(OuterScope, disposables);

    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        ThrowIfDisposed();
        if (scope is null)
        {
            Detach(disposables);
            return;
        }

        foreach (IDisposable disposable in disposables)
        {
            if (_members.Remove(disposable))
            {
                scope._members.Add(disposable);
                ((torch.Tensor)disposable).OwningDisposeScope = scope;
            }
        }
    }

    public void Detach(IEnumerable<IDisposable> disposables)
    {
        LifetimeStatistics statistics = ThrowIfDisposed().StatisticsInstance.TensorStatistics;
        foreach (IDisposable disposable in disposables)
        {
            if (_members.Remove(disposable))
            {
                statistics.DetachedFromScopeCount++;
                ((torch.Tensor)disposable).OwningDisposeScope = null;
            }
        }
    }

    public void Attach(IDisposable disposable) => Attach((IEnumerable<IDisposable>)[disposable]);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        LifetimeStatistics statistics = ThrowIfDisposed().StatisticsInstance.TensorStatistics;
        var all = new List<IDisposable>();
        foreach (IDisposable disposable in disposables)
        {
            if (disposable is not torch.Tensor tensor)
                throw new InvalidOperationException("DisposeScope can only manage Tensor or PackedSequence");
            if (tensor.OwningDisposeScope != this)
            {
                tensor.OwningDisposeScope?._members.Remove(tensor);
                _members.Add(tensor);
                tensor.OwningDisposeScope = this;
                statistics.AttachedToScopeCount++;
            }

            all.Add(disposable);
        }

        return all;
    }

    public void DisposeEverything() => DisposeEverythingBut((IEnumerable<IDisposable>)[]);

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        ThrowIfDisposed();
        HashSet<IDisposable> members = _members;
        _members = new HashSet<IDisposable>(inKeep, ReferenceEqualityComparer.Instance);
        foreach (IDisposable member in members)
        {
            if (!_members.Contains(member))
                member.Dispose();
        }
    }

    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[keep]);
        return keep;
    }

    public bool Contains(IDisposable disposable) => _members.Contains(disposable);

    public void MarkAsDisposed(IDisposable disposable)
    {
        ThrowIfDisposed();
        _members.Remove(disposable);
        if (disposable is torch.Tensor tensor)
            tensor.OwningDisposeScope = null;
    }

    public void Dispose()
    {
        if (_manager is null)
            return;
        DisposeEverything();
        _manager.RemoveDisposeScope(this);
        _manager = null;
    }

    internal void Add(torch.Tensor tensor) => _members.Add(tensor);

    /// <summary>Puts one tensor in the place of another.</summary>
    internal void Replace(torch.Tensor original, torch.Tensor replacement)
    {
        if (_members.Remove(original))
        {
            original.OwningDisposeScope = null;
            replacement.OwningDisposeScope = this;
            _members.Add(replacement);
        }
    }

    private DisposeScopeManager ThrowIfDisposed() => _manager ?? throw new ObjectDisposedException(GetType().FullName);
}
