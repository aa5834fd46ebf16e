namespace Varai.PostgreSql.State;

/// <summary>Wakes everybody who waits for the next commit.</summary>
internal sealed class ChangeSignal
{
    private volatile TaskCompletionSource _next = Create();

    /// <summary>Take it before looking for changes, await it after: then no commit between the two is missed.</summary>
    public Task Next => _next.Task;

    public void Raise() => Interlocked.Exchange(ref _next, Create()).TrySetResult();

    // Watchers are callers' code: it must not run inside the commit or the notification that woke them.
    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
