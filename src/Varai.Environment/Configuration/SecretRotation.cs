using Microsoft.Extensions.Logging;
using Varai.Secrets;

namespace Varai.Configuration;

/// <summary>Sees to it that what was bound with a secret is bound again when the secret has changed. It asks for each secret that
/// the document refers to; the store answers from its cache until the secret's time to live is over, so that a rotated secret
/// arrives within <c>Varai:Secrets:CacheTtl</c> and one <c>Varai:Configuration:PollInterval</c>.</summary>
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
        do
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
                return;
            }
            catch (Exception e)
            {
                Log.ReloadFailed(logger, e);
            }
        }
        while (await TickAsync(timer, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken cancellationToken)
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
            changed |= before is not null && !ReferenceEquals(before, value) && !before.ContentEquals(value);
        }

        _seen = now;
        return changed;
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
