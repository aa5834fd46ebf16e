namespace Varai.Data;

/// <summary>What a migration did.</summary>
/// <param name="Source">The environment that was read.</param>
/// <param name="Target">The environment that was replaced.</param>
/// <param name="StartedAt">When it began, in UTC.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Components">What became of each component, in order.</param>
public sealed record DataMigrationReport(
    string Source, string Target, DateTimeOffset StartedAt, TimeSpan Duration, IReadOnlyList<DataComponentReport> Components);
