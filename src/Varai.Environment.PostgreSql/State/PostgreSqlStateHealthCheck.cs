using Microsoft.Extensions.Diagnostics.HealthChecks;
using Varai.State;

namespace Varai.PostgreSql.State;

/// <summary>Whether the state store can be reached; degraded rather than unhealthy where it can't, since readers go on without it.</summary>
internal sealed class PostgreSqlStateHealthCheck(IStateStore store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // The slot was filled anew after UsePostgreSqlState.
        if (store is not PostgreSqlStateStore)
            return HealthCheckResult.Healthy("Another state store is in use.");
        try
        {
            long revision = await store.GetRevisionAsync(cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The state store is at revision {revision}."));
        }
        catch (StateException e)
        {
            return HealthCheckResult.Degraded(e.Message, e);
        }
    }
}
