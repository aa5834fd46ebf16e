using System.Collections.Concurrent;
using Varai.Configuration.Documents;
using Varai.Configuration.Layers;

namespace Varai.Configuration.History;

/// <summary>Records what this process puts in use, in that order and each once; what can't be recorded now waits.</summary>
internal sealed class HistoryRecorder : IDisposable
{
    private readonly ConfigurationEngine _engine;
    private readonly ConfigurationHistory _history;
    private readonly ConcurrentQueue<Reading> _waiting = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly SemaphoreSlim _work = new(0);
    private long? _recorded;

    public HistoryRecorder(ConfigurationEngine engine, ConfigurationHistory history)
    {
        _engine = engine;
        _history = history;

        // What the service starts with, even if the store can be reached only after the first edits.
        if (engine.State is null && engine.View.Loaded.Layers.Count > 0)
            _waiting.Enqueue(Reading.Of(engine.View.Loaded));
    }

    public void Enqueue(LoadedConfiguration loaded)
    {
        // Documents of the state store are committed together with their versions.
        if (_engine.State is not null)
            return;
        _waiting.Enqueue(Reading.Of(loaded));
        _work.Release();
    }

    /// <summary>Waits until something is to be recorded.</summary>
    public Task WaitForWorkAsync(CancellationToken cancellationToken) => _work.WaitAsync(cancellationToken);

    /// <summary>Lets go of what waits: it was never in use.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        _waiting.Clear();
        _gate.Release();
    }

    /// <summary>Records everything that waits, at the first call the document the service began with.</summary>
    /// <exception cref="VaraiException">The state store is away; what waits goes on waiting.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (_waiting.TryPeek(out Reading? next))
            {
                HashedEntry entry = await _history.RecordAsync(next, _recorded, cancellationToken).ConfigureAwait(false);

                // A newer version in its place says nothing of the readings that follow: they may be older than it, too.
                if (entry.Entry.ContentHash == next.Loaded.ContentHash)
                    _recorded = entry.Entry.Number;
                _waiting.TryDequeue(out _);
            }

            _engine.UpdateStatus(static (status, _) => status.HistoryFailure is null ? status : status with { HistoryFailure = null }, 0);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _gate.Dispose();
        _work.Dispose();
    }
}
