using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Varai.Secrets;

/// <summary>Degraded while a provider or a secret fails or a value is served past its time to live. Looks at what is known; asks nobody.</summary>
/// <remarks>The store is resolved as the service has registered it: where that is another one, ours is not made.</remarks>
internal sealed class SecretHealthCheck(IServiceProvider services) : IHealthCheck
{
    // Enough to see what is wrong; a report is no list of secrets.
    private const int MostNames = 20;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (services.GetRequiredService<ISecretStore>() is not SecretStore store)
            return Task.FromResult(HealthCheckResult.Healthy("The secret store is the service's own; its health is not known here."));

        IReadOnlyCollection<SecretProviderFailure> failing = store.FailingProviders;
        IReadOnlyList<string> stale = store.StaleNames;
        IReadOnlyCollection<SecretNameFailure> names = store.FailingNames;
        long lost = store.LostAuditRecords;
        if (failing.Count == 0 && names.Count == 0 && stale.Count == 0 && lost == 0)
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
        if (lost > 0)
            data["audit"] = string.Create(CultureInfo.InvariantCulture, $"{lost} accesses were not recorded, because an audit sink threw.");
        return Task.FromResult(HealthCheckResult.Degraded(
            $"Failing secret providers: {failing.Count}. Failing secrets: {names.Count}. Secrets served past their time to live: {stale.Count}."
            + (lost > 0 ? " An audit sink fails." : ""),
            data: data));
    }
}
