namespace Varai.Secrets;

/// <summary>Those who want to be told of a provider's changes. What notices them runs while there is one.</summary>
internal sealed class SecretSubscribers(Func<IDisposable> start) : IDisposable
{
    private readonly Lock _gate = new();
    private Action<string?>[] _callbacks = [];
    private IDisposable? _watch;
    private bool _disposed;

    public IDisposable Add(Action<string?> changed)
    {
        ArgumentNullException.ThrowIfNull(changed);

        // Each subscription is its own, also when one callback is given twice.
        Action<string?> own = name => changed(name);
        bool first;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(ISecretChangeNotifier));
            _callbacks = [.. _callbacks, own];
            first = _watch is null;
        }

        if (first)
            Start();
        return new Subscription(this, own);
    }

    public void Notify(string? name)
    {
        foreach (Action<string?> callback in Volatile.Read(ref _callbacks))
            callback(name);
    }

    public void Dispose()
    {
        IDisposable? watch;
        lock (_gate)
        {
            _disposed = true;
            _callbacks = [];
            (watch, _watch) = (_watch, null);
        }

        watch?.Dispose();
    }

    private void Start()
    {
        // Not under the lock: it may log.
        IDisposable? watch = start();
        lock (_gate)
        {
            if (_watch is null && _callbacks.Length > 0)
                (_watch, watch) = (watch, null);
        }

        watch?.Dispose();
    }

    private void Remove(Action<string?> callback)
    {
        IDisposable? watch = null;
        lock (_gate)
        {
            _callbacks = [.. _callbacks.Where(c => c != callback)];
            if (_callbacks.Length == 0)
                (watch, _watch) = (_watch, null);
        }

        watch?.Dispose();
    }

    private sealed class Subscription(SecretSubscribers owner, Action<string?> callback) : IDisposable
    {
        public void Dispose() => owner.Remove(callback);
    }
}
