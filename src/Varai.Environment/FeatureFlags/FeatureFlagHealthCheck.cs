using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Varai.FeatureFlags.Evaluation;

namespace Varai.FeatureFlags;

/// <summary>Degraded while the last good flags stand in for ones that can't be loaded; unhealthy when there never were any.</summary>
internal sealed class FeatureFlagHealthCheck(FeatureFlagFeed feed, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            feed.Failure is { } failure
                ? feed.IsLoaded
                    ? HealthCheckResult.Degraded($"The feature flags can't be reloaded; the last good ones are in use{Age()}: {failure.Message}")
                    : HealthCheckResult.Unhealthy($"The feature flags can't be loaded; every feature counts as off: {failure.Message}")
            : feed.IsLoaded
                ? HealthCheckResult.Healthy($"{feed.Current.Names.Count} feature flags are loaded.")
                : HealthCheckResult.Degraded("The feature flags are being loaded."));

    private string Age() => feed.LastKnownGoodFrom is { } from
        ? string.Create(CultureInfo.InvariantCulture, $", read at {from:u} ({time.GetUtcNow() - from:d\\.hh\\:mm\\:ss} ago)")
        : "";
}
