namespace Varai.Data;

/// <summary>How far a migration is.</summary>
/// <param name="Component">The component it is at.</param>
/// <param name="Phase">What is being done.</param>
/// <param name="ItemsDone">How many items of the component are done.</param>
/// <param name="Items">How many there are.</param>
/// <param name="BytesDone">How many bytes are done.</param>
/// <param name="Bytes">How many there are, estimated where nobody knows.</param>
/// <param name="Elapsed">How long the component takes by now.</param>
/// <param name="Remaining">How long copying will still take, by its speed until now; <see langword="null"/> while nobody knows.</param>
public sealed record DataMigrationProgress(
    string Component,
    DataMigrationPhase Phase,
    long ItemsDone,
    long Items,
    long BytesDone,
    long Bytes,
    TimeSpan Elapsed,
    TimeSpan? Remaining);
