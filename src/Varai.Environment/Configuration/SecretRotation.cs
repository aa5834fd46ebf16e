using Microsoft.Extensions.Logging;
using Varai.Secrets;

namespace Varai.Configuration;

/// <summary>Sees to it that what was bound with a secret is bound again when the secret has changed: at once when the store tells of the
/// change. It also asks for each secret that the document refers to every <c>Varai:Configuration:PollInterval</c>, for versions,
/// which nobody tells of, and for stores that tell of nothing.</summary>
internal sealed class SecretRotation(
    ConfigurationEngine engine,
    ConfigurationApplier applier,
    TimeProvider time,
    ILogger logger,
    Action readFilesAgain)
{
    private Dictionary<string, SecretValue> _seen = [];

    /// <summary>Remembers the secrets that the check of the document has just read.</summary>
    public Task StartAsync(CancellationToken cancellationToken) =>
        engine.Options.RequireSecrets ? LookAsync(cancellationToken) : Task.CompletedTask;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(engine.Options.PollInterval, time);
        Task<bool>? tick = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            List<IDisposable> registrations = [];
            try
            {
                // Before looking, so that no change falls between.
                Follow(changed, registrations);
                await LookAndApplyAsync(cancellationToken).ConfigureAwait(false);
                tick ??= TickAsync();
                if (await Task.WhenAny(tick, changed.Task).ConfigureAwait(false) == tick)
                {
                    if (!await tick.ConfigureAwait(false))
                        return;
                    tick = null;
                }
            }
            finally
            {
                registrations.ForEach(registration => registration.Dispose());
            }
        }

        async Task<bool> TickAsync()
        {
            try
            {
                return await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    private void Follow(TaskCompletionSource changed, List<IDisposable> registrations)
    {
        IReadOnlyList<string> names = engine.View.SecretNames;
        if (names.Count == 0 || engine.Secrets is not { } secrets)
            return;
        foreach (string name in names.Select(name => SecretAddress.Parse(name).Name).Distinct(StringComparer.Ordinal))
            registrations.Add(secrets.GetChangeToken(name).RegisterChangeCallback(static done => ((TaskCompletionSource)done!).TrySetResult(), changed));
    }

    private async Task LookAndApplyAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await LookAsync(cancellationToken).ConfigureAwait(false))
                await applier.RefreshAsync(cancellationToken).ConfigureAwait(false);
            else if (engine.Status.Errors.Any(e => e.Check == "secrets"))
                readFilesAgain();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The loop ends.
        }
        catch (Exception e)
        {
            Log.ReloadFailed(logger, e);
        }
    }

    /// <returns>Whether a secret that was seen before has another value now.</returns>
    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        bool changed = false;
        var now = new Dictionary<string, SecretValue>(StringComparer.Ordinal);
        foreach (string name in engine.View.SecretNames)
        {
            SecretValue? before = _seen.GetValueOrDefault(name);
            SecretValue? value = await ReadAsync(name, cancellationToken).ConfigureAwait(false) ?? before;
            if (value is null)
                continue;
            now.Add(name, value);
            changed |= before is not null && !ReferenceEquals(before, value) && !HaveSameContent(before, value);
        }

        _seen = now;
        return changed;
    }

    // A value that was disposed, at this moment or before, was replaced.
    private static bool HaveSameContent(SecretValue before, SecretValue now)
    {
        try
        {
            return before.ContentEquals(now);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    // A secret that can't be read is the store's to report; what was bound with it stays.
    private async Task<SecretValue?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return engine.Secrets is { } secrets
                ? (await secrets.FindSecretAsync(name, cancellationToken).ConfigureAwait(false))?.Value
                : null;
        }
        catch (SecretException)
        {
            return null;
        }
    }
}
