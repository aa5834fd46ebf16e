using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Varai.Configuration;

/// <summary>Degraded while the files on disk are invalid, the state store that holds the environments is away, or the history can't
/// be written; the service still runs.</summary>
internal sealed class ConfigurationHealthCheck(IEnvironmentConfiguration configuration, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ConfigurationStatus status = configuration.Status;
        if (!status.IsCurrent)
        {
            return Task.FromResult(HealthCheckResult.Degraded(
                $"The files of '{configuration.EnvironmentName}' are not valid since {status.Since:u}; the last valid configuration is in use: "
                + string.Join("; ", status.Errors)));
        }

        if (status.LastKnownGoodFrom is { } from)
        {
            return Task.FromResult(HealthCheckResult.Degraded(string.Create(
                CultureInfo.InvariantCulture,
                $"The state store can't be read; '{configuration.EnvironmentName}' runs on the last known good configuration, read at {from:u} ({time.GetUtcNow() - from:d\\.hh\\:mm\\:ss} ago).")));
        }

        return Task.FromResult(status.HistoryFailure is null
            ? HealthCheckResult.Healthy(configuration.Current.Files.Count == 0
                ? $"There are no configuration files for '{configuration.EnvironmentName}'."
                : $"{configuration.Current.Root.Members.Count} components of '{configuration.EnvironmentName}'.")
            : HealthCheckResult.Degraded($"The history can't be written: {status.HistoryFailure}"));
    }
}
