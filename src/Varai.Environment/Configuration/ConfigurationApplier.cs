using Varai.Configuration.History;
using Varai.Configuration.Layers;
using Varai.Configuration.Validation;

namespace Varai.Configuration;

/// <summary>The one way by which a reading of the files becomes what readers see. Readings are applied one at a time.</summary>
internal sealed class ConfigurationApplier(
    ConfigurationEngine engine, CandidateValidator validator, HistoryRecorder recorder, TimeProvider time) : IDisposable
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
            LoadedConfiguration candidate = engine.LoadCandidate(engine.EnvironmentName);
            if (candidate.Errors.Count == 0 && candidate.HasSameBytes(engine.View.Loaded))
            {
                SetStatus([]);
                return null;
            }

            await validator.ValidateAsync(candidate, engine.Options.RequireSecrets, cancellationToken).ConfigureAwait(false);
            result = Apply(candidate);
        }

        Notify(result);
        return result;
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
        if (result.ValuesChanged)
            engine.NotifyChanged();
    }

    public void Dispose() => _gate.Dispose();

    private void SetStatus(IReadOnlyList<ConfigurationError> errors) => engine.UpdateStatus(
        static (status, now) => status.Errors.Count == 0 && now.Errors.Count == 0
            ? status
            : status with { Errors = now.Errors, Since = now.Time },
        (Errors: (IReadOnlyList<ConfigurationError>)[.. errors], Time: time.GetUtcNow()));

    private sealed class Release(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
