using Microsoft.Extensions.Logging;
using Varai.Configuration.History;
using Varai.Configuration.Layers;
using Varai.Configuration.Validation;

namespace Varai.Configuration;

/// <summary>The one way by which a reading of the files becomes what readers see. Readings are applied one at a time.</summary>
internal sealed class ConfigurationApplier(
    ConfigurationEngine engine,
    CandidateValidator validator,
    HistoryRecorder recorder,
    TimeProvider time,
    ILogger<ConfigurationApplier> logger) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);

    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Release(_gate);
    }

    /// <summary>Reads the files as they are, checks them, and makes them what readers see if nothing is wrong.</summary>
    /// <returns>What was found; <see langword="null"/> when the files have the bytes that readers already see.</returns>
    public async Task<ApplyResult?> ReloadAsync(CancellationToken cancellationToken)
    {
        ApplyResult result;
        using (await EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            LoadedConfiguration candidate = engine.LoadNext();
            if (candidate.Errors.Count == 0 && engine.Status.IsCurrent && candidate.HasSameBytes(engine.View.Loaded))
                return null;

            await validator.ValidateAsync(candidate, engine.Options.RequireSecrets, cancellationToken).ConfigureAwait(false);
            result = Apply(candidate);
        }

        Notify(result);
        return result;
    }

    /// <summary>Takes over values that have changed though the files have not: a secret that the document refers to.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        ApplyResult result;
        using (await EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            LoadedConfiguration candidate = engine.LoadNext();
            await validator.ValidateAsync(candidate, engine.Options.RequireSecrets, cancellationToken).ConfigureAwait(false);
            result = Apply(candidate);
            if (candidate.Errors.Count > 0)
            {
                // The files may be what is wrong; the document in use goes on with the new secret if it can.
                candidate = engine.View.Loaded with { Errors = [] };
                await validator.ValidateAsync(candidate, engine.Options.RequireSecrets, cancellationToken).ConfigureAwait(false);
            }

            result = result with { ValuesChanged = candidate.Errors.Count == 0 };
        }

        Notify(result);
    }

    /// <summary>Publishes a checked reading, or says why not. The caller has entered, and notifies after it has left.</summary>
    public ApplyResult Apply(LoadedConfiguration candidate)
    {
        SetStatus(candidate.Errors);
        bool changed = candidate.Errors.Count == 0 && engine.Publish(engine.Prepare(candidate));
        if (changed)
            recorder.Enqueue(candidate);
        return new ApplyResult(candidate, changed);
    }

    /// <summary>Tells readers of changed values; runs their callbacks, so never while entered.</summary>
    public void Notify(ApplyResult result)
    {
        if (!result.ValuesChanged)
            return;

        // The change is made; what a callback makes of it is no failure of the change. Its message may hold a secret that it has read.
        foreach (Exception failure in engine.NotifyChanged())
            Log.CallbackFailed(logger, failure.GetType().ToString(), failure.StackTrace);
        Log.Changed(logger, engine.EnvironmentName, engine.View.Snapshot.ContentHash);
    }

    public void Dispose() => _gate.Dispose();

    private void SetStatus(IReadOnlyList<ConfigurationError> errors) => engine.UpdateStatus(
        static (status, now) => status.Errors.Count == 0 && now.Errors.Count == 0
            ? status
            : status with { Errors = now.Errors, Since = status.IsCurrent == (now.Errors.Count == 0) ? status.Since : now.Time },
        (Errors: (IReadOnlyList<ConfigurationError>)[.. errors], Time: time.GetUtcNow()));

    private sealed class Release(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
