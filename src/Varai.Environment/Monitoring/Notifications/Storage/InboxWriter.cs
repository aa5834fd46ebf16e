using System.Text.Json;
using Varai.Monitoring.Notifications.Dispatching;

namespace Varai.Monitoring.Notifications.Storage;

/// <summary>Puts entries into the inbox. What comes while a commit is under way goes together into the next one.</summary>
internal sealed class InboxWriter(NotificationStore store, NotificationSignal signal, TimeProvider time)
{
    // Documents of a size that every store takes, however many alerts there are at once.
    private const int MostAlertsOfDocument = 500;
    private const int MostAlertsOfCommit = 20_000;

    private readonly Lock _lock = new();
    private List<Waiting> _waiting = [];
    private bool _isWriting;

    /// <summary>How many entries are in no commit yet.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>Adds an entry.</summary>
    /// <returns>A task that ends when it is kept.</returns>
    public async Task AddAsync(InboxEntry entry, AuditRecord? audit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiting = new Waiting(entry, audit);
        bool mustWrite;
        lock (_lock)
        {
            _waiting.Add(waiting);
            mustWrite = !_isWriting;
            _isWriting = true;
        }

        if (mustWrite)
            _ = Task.Run(WriteAsync, CancellationToken.None);
        try
        {
            await waiting.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // While a store hangs, what nobody waits for would only become more.
            lock (_lock)
                _waiting.Remove(waiting);
            throw;
        }
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            List<Waiting> batch;
            lock (_lock)
            {
                batch = TakeBatch();
                _isWriting = batch.Count > 0;
            }

            if (batch.Count == 0)
                return;
            try
            {
                // Nobody's token: others wait for the same commit, and whoever stops waiting may find it made.
                await store.AddAsync(
                    Write(batch), [.. batch.Select(w => w.Audit).OfType<AuditRecord>()], Guid.CreateVersion7(time.GetUtcNow()).ToString("N"), CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                batch.ForEach(w => w.Done.TrySetException(e));
                continue;
            }

            batch.ForEach(w => w.Done.TrySetResult());
            signal.Wake();
        }
    }

    private List<Waiting> TakeBatch()
    {
        int count = 0;
        int alerts = 0;
        while (count < _waiting.Count && (count == 0 || alerts + _waiting[count].Alerts <= MostAlertsOfCommit))
            alerts += _waiting[count++].Alerts;
        List<Waiting> batch = _waiting[..count];
        _waiting = _waiting[count..];
        return batch;
    }

    /// <summary>Alerts that come one after another go together; the order stays.</summary>
    private static List<byte[]> Write(List<Waiting> batch)
    {
        var documents = new List<byte[]>();
        var alerts = new List<Alert>();
        foreach (InboxEntry entry in batch.Select(w => w.Entry))
        {
            if (entry.Alerts is { } more)
            {
                alerts.AddRange(more);
                continue;
            }

            Flush(documents, alerts);
            documents.Add(JsonSerializer.SerializeToUtf8Bytes(entry, NotificationJson.Default.InboxEntry));
        }

        Flush(documents, alerts);
        return documents;
    }

    private static void Flush(List<byte[]> documents, List<Alert> alerts)
    {
        foreach (Alert[] chunk in alerts.Chunk(MostAlertsOfDocument))
            documents.Add(JsonSerializer.SerializeToUtf8Bytes(new InboxEntry { Alerts = chunk }, NotificationJson.Default.InboxEntry));
        alerts.Clear();
    }

    private sealed record Waiting(InboxEntry Entry, AuditRecord? Audit)
    {
        public int Alerts => Entry.Alerts?.Count ?? 1;

        // What awaits it must not run on the thread that writes.
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
