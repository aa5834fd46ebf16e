using System.Collections.Concurrent;
using Varai.Configuration.Layers;

namespace Varai.Configuration.History;

/// <summary>Records what this process puts in use, in that order and each once; what can't be recorded now waits.</summary>
internal sealed class HistoryRecorder(ConfigurationEngine engine, ConfigurationHistory history) : IDisposable
{
    private readonly ConcurrentQueue<LoadedConfiguration> _waiting = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly SemaphoreSlim _work = new(0);
    private bool _started;

    public void Enqueue(LoadedConfiguration loaded)
    {
        _waiting.Enqueue(loaded);
        _work.Release();
    }

    /// <summary>Waits until something is to be recorded.</summary>
    public Task WaitForWorkAsync(CancellationToken cancellationToken) => _work.WaitAsync(cancellationToken);

    /// <summary>Records everything that waits, and at the first call the document in use.</summary>
    /// <exception cref="VaraiException">The state store is away; what waits goes on waiting.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Only once: later another process may be ahead of this one, and its newer version must stay the newest.
            if (!_started && _waiting.IsEmpty && engine.View.Loaded.Layers.Count > 0)
                await history.RecordAsync(engine.View.Loaded, cancellationToken).ConfigureAwait(false);
            _started = true;
            while (_waiting.TryPeek(out LoadedConfiguration? next))
            {
                await history.RecordAsync(next, cancellationToken).ConfigureAwait(false);
                _waiting.TryDequeue(out _);
            }

            engine.UpdateStatus(static (status, _) => status.HistoryFailure is null ? status : status with { HistoryFailure = null }, 0);
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
