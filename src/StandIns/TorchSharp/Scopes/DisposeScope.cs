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

    public T MoveToOuter<T>(T disposable) where T : IDisposable
    {
        MoveToOther(OuterScope, (IEnumerable<IDisposable>)[disposable]);
        return disposable;
    }

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
    {
        MoveToOther(OuterScope, (IEnumerable<IDisposable>)[first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        MoveToOther(OuterScope, (IEnumerable<IDisposable>)[first, second, third]);
        return (first, second, third);
    }

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(OuterScope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(OuterScope, disposables);

    public T MoveToOther<T>(DisposeScope? scope, T disposable) where T : IDisposable
    {
        MoveToOther(scope, (IEnumerable<IDisposable>)[disposable]);
        return disposable;
    }

    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) => MoveToOther(scope,
        (IEnumerable<IDisposable>)disposables);

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

    public T Detach<T>(T disposable) where T : IDisposable
    {
        Detach((IEnumerable<IDisposable>)[disposable]);
        return disposable;
    }

    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
    {
        Detach((IEnumerable<IDisposable>)[first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        Detach((IEnumerable<IDisposable>)[first, second, third]);
        return (first, second, third);
    }

    public void Detach(params IDisposable[] disposables) => Detach((IEnumerable<IDisposable>)disposables);

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

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

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

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[keep]);
        return keep;
    }

    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[first, second]);
        return (first, second);
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
