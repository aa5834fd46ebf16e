namespace Varai.Monitoring.Delivery;

/// <summary>An entry with what the store knows of its document.</summary>
/// <param name="Key">The document's key.</param>
/// <param name="Entry">What it says.</param>
/// <param name="Version">The document's version.</param>
/// <param name="Revision">The store's revision when it was written.</param>
internal sealed record StoredEntry(string Key, OutboxEntry Entry, long Version, long Revision);
