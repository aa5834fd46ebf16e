namespace Varai.Monitoring.ServiceLevels;

/// <summary>What is written down of a ring.</summary>
/// <param name="Length">The length of a slot in seconds.</param>
/// <param name="First">The number of the first slot: how many slots there were before it since 1970.</param>
/// <param name="Counts">Good and valid events of each slot in turn.</param>
internal sealed record CountRingDocument(long Length, long First, IReadOnlyList<long> Counts);
