using Varai.Monitoring;

namespace Varai.Testing.Monitoring;

/// <summary>An alert channel in memory that keeps what it was sent, and which can fail and hang.</summary>
/// <remarks>Safe from any thread.</remarks>
public sealed class RecordingAlertChannel : IAlertChannel
{
    private readonly Lock _lock = new();
    private readonly List<AlertNotification> _sent = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waits = [];

    /// <summary>Creates a channel.</summary>
    /// <param name="name">Its name.</param>
    public RecordingAlertChannel(string name = "recording")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>What was sent so far, in order.</summary>
    public IReadOnlyList<AlertNotification> Sent
    {
        get
        {
            lock (_lock)
                return [.. _sent];
        }
    }

    /// <summary>Makes the error that sending a notification fails with; <see langword="null"/>, or an answer that is, to succeed.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Func<AlertNotification, Exception?>? Failure { get; set; }

    /// <summary>What sending waits for before anything else; <see langword="null"/> to go on at once.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Func<AlertNotification, CancellationToken, Task>? Delay { get; set; }

    /// <inheritdoc/>
    public async Task SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notification);
        cancellationToken.ThrowIfCancellationRequested();
        if (Delay is { } delay)
            await delay(notification, cancellationToken).ConfigureAwait(false);
        if (Failure?.Invoke(notification) is { } failure)
            throw failure;
        List<TaskCompletionSource> reached = [];
        lock (_lock)
        {
            _sent.Add(notification);
            for (int i = _waits.Count - 1; i >= 0; i--)
            {
                if (_waits[i].Count > _sent.Count)
                    continue;
                reached.Add(_waits[i].Reached);
                _waits.RemoveAt(i);
            }
        }

        foreach (TaskCompletionSource wait in reached)
            wait.TrySetResult();
    }

    /// <summary>Waits until so many notifications were sent.</summary>
    /// <param name="count">How many in all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitAsync(int count, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_sent.Count >= count)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waits.Add((count, reached));
            return reached.Task.WaitAsync(cancellationToken);
        }
    }
}
