using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Varai.Secrets;

/// <summary>Degraded while a provider or a secret fails or a value is served past its time to live. Looks at what is known; asks nobody.</summary>
internal sealed class SecretHealthCheck(SecretStore store) : IHealthCheck
{
    // Enough to see what is wrong; a report is no list of secrets.
    private const int MostNames = 20;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        IReadOnlyCollection<SecretProviderFailure> failing = store.FailingProviders;
        IReadOnlyList<string> stale = store.StaleNames;
        IReadOnlyCollection<SecretNameFailure> names = store.FailingNames;
        if (failing.Count == 0 && names.Count == 0 && stale.Count == 0)
            return Task.FromResult(HealthCheckResult.Healthy("Every secret provider that was asked has answered."));

        var data = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (SecretProviderFailure failure in failing)
        {
            data[$"provider:{failure.Provider}"] = string.Create(
                CultureInfo.InvariantCulture, $"{failure.Count} failed calls since {failure.Since:u}; the last: {failure.Reason}");
        }

        foreach (SecretNameFailure failure in names.Take(MostNames))
        {
            data[$"secret:{failure.Name} ({failure.Provider})"] = string.Create(
                CultureInfo.InvariantCulture, $"{failure.Count} failed calls since {failure.Since:u}; the last: {failure.Reason}");
        }

        if (stale.Count > 0)
            data["stale"] = string.Join(", ", stale);
        return Task.FromResult(HealthCheckResult.Degraded(
            $"Failing secret providers: {failing.Count}. Failing secrets: {names.Count}. Secrets served past their time to live: {stale.Count}.", data: data));
    }
}
