namespace Varai.FeatureFlags;

/// <summary>Reports which flags are used, so that the others can be cleaned up; registered by <c>AddFeatureFlagUsage</c>.</summary>
/// <remarks>A singleton; safe from any thread.</remarks>
public interface IFlagUsage
{
    /// <summary>Makes a report of what all nodes of the environment have written down, and this one has seen until now.</summary>
    /// <param name="cancellationToken">Cancels the reading of the state store.</param>
    /// <remarks>While the state store is away, the report is of this process alone and
    /// <see cref="FlagUsageReport.StateFailure"/> says why.</remarks>
    Task<FlagUsageReport> GetReportAsync(CancellationToken cancellationToken = default);
}
