namespace Varai.Monitoring.Delivery;

/// <summary>Wakes a worker: something came, an attempt has ended, or its time has come.</summary>
internal sealed class DeliverySignal
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiter;
    private bool _isPending;

    /// <summary>Whether the worker waits, and nobody has woken it.</summary>
    public bool IsParked
    {
        get
        {
            lock (_lock)
                return _waiter is not null;
        }
    }

    public void Wake()
    {
        TaskCompletionSource? waiter;
        lock (_lock)
        {
            waiter = _waiter;
            _waiter = null;
            _isPending = waiter is null;
        }

        waiter?.TrySetResult();
    }

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource waiter;
        lock (_lock)
        {
            bool isPending = _isPending;
            _isPending = false;
            if (isPending)
                return;
            _waiter = waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        try
        {
            await waiter.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                // A waiter that is not there any more would swallow the next call; one that was called just now leaves it to the next wait.
                if (ReferenceEquals(_waiter, waiter))
                    _waiter = null;
                else
                    _isPending = true;
            }

            throw;
        }
    }
}
