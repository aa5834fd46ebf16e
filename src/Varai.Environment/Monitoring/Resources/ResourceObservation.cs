namespace Varai.Monitoring.Resources;

/// <summary>A reading with the one before it.</summary>
/// <param name="Usage">The reading, with utilisations since the one before.</param>
/// <param name="Timestamp">When it was taken, by a clock that never jumps.</param>
/// <param name="Before">The one before; null for the first.</param>
internal sealed record ResourceObservation(ResourceUsage Usage, long Timestamp, ResourceUsage? Before);
