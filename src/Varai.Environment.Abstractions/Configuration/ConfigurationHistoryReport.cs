namespace Varai.Configuration;

/// <summary>What a verification of the recorded history found.</summary>
/// <param name="EnvironmentName">The environment.</param>
/// <param name="Versions">How many versions were read.</param>
/// <param name="Findings">What does not fit, each with the version's number; empty when the history is whole.</param>
public sealed record ConfigurationHistoryReport(string EnvironmentName, long Versions, IReadOnlyList<string> Findings)
{
    /// <summary>Whether nothing was changed by hand.</summary>
    public bool IsIntact => Findings.Count == 0;
}
