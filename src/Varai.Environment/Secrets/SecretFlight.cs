namespace Varai.Secrets;

/// <summary>One read of one name that any number of callers wait for.</summary>
internal sealed class SecretFlight
{
    private readonly TaskCompletionSource<SecretCacheEntry> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isWaiting;
    private volatile SecretCacheEntry? _entry;
    private volatile Exception? _error;

    /// <summary>What was cached when the read began; it is past its time to live.</summary>
    public SecretCacheEntry? Previous { get; init; }

    /// <summary>Whether its outcome must not be cached, because the name was written or invalidated since. Guarded by the
    /// store's lock.</summary>
    public bool IsDetached { get; set; }

    /// <summary>Whether a provider has to be waited for, as opposed to being in the middle of a synchronous answer.</summary>
    public bool IsWaiting
    {
        get => _isWaiting;
        set => _isWaiting = value;
    }

    public SecretCacheEntry? Entry => _entry;

    public Exception? Error => _error;

    public Task<SecretCacheEntry> Task => _completion.Task;

    public void Complete(SecretCacheEntry entry)
    {
        _entry = entry;
        _completion.SetResult(entry);
    }

    public void Fail(Exception error)
    {
        _error = error;
        _completion.SetException(error);
        // Every waiting caller may have been cancelled; the failure is in log and health already.
        _ = _completion.Task.Exception;
    }
}
