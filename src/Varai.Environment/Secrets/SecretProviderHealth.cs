using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Varai.Secrets;

/// <summary>Which providers fail at present; logs when one begins and when it ends.</summary>
internal sealed class SecretProviderHealth(TimeProvider time, ILogger logger)
{
    private readonly ConcurrentDictionary<string, SecretProviderFailure> _failing = new();

    public IReadOnlyCollection<SecretProviderFailure> Failing => [.. _failing.Values];

    public void Failed(string provider, string reason)
    {
        var first = new SecretProviderFailure(provider, reason, time.GetUtcNow(), 1);
        SecretProviderFailure now = _failing.AddOrUpdate(
            provider,
            static (_, added) => added,
            static (_, known, added) => known with { Reason = added.Reason, Count = known.Count + 1 },
            first);
        if (now.Count == 1)
            logger.SecretProviderFailing(provider, reason);
    }

    public void Succeeded(string provider)
    {
        if (!_failing.IsEmpty && _failing.TryRemove(provider, out SecretProviderFailure? failure))
            logger.SecretProviderRecovered(provider, failure.Count);
    }
}
