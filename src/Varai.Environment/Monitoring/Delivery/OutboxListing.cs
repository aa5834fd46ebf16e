namespace Varai.Monitoring.Delivery;

/// <summary>What waits in the store.</summary>
/// <param name="Keys">The keys of all documents.</param>
/// <param name="Entries">Those that were not known.</param>
/// <param name="Revision">The revision that it is known to be complete for.</param>
internal sealed record OutboxListing(HashSet<string> Keys, List<StoredEntry> Entries, long Revision);
