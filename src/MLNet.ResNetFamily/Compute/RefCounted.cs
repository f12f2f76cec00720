namespace MLNet.ResNetFamily;

/// <summary>
/// What many threads use at once and one ends: it is freed when the last use that had begun is over, so that no thread computes with memory
/// that is gone.
/// </summary>
/// <param name="free">Frees it; called once, by the last holder.</param>
/// <param name="ended">What beginning a use gives after the end.</param>
internal sealed class RefCounted(Action free, Func<ObjectDisposedException> ended)
{
    private readonly Lock _lock = new();
    private int _users;
    private bool _isEnded;

    /// <summary>Begins a use, which ends when the result is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">It has ended.</exception>
    public Use Begin()
    {
        lock (_lock)
        {
            if (_isEnded)
                throw ended();
            _users++;
        }
        return new(this);
    }

    /// <summary>Lets no further use begin. May be called again.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (_isEnded)
                return;
            _isEnded = true;
            if (_users > 0)
                return;
        }
        free();
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_users > 0 || !_isEnded)
                return;
        }
        free();
    }

    /// <summary>One use.</summary>
    internal readonly struct Use(RefCounted owner) : IDisposable
    {
        public void Dispose() => owner.Leave();
    }
}
