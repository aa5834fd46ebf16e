namespace Varai.State;

/// <summary>A document as it was when it was read.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Content">Its bytes, up to the reader to interpret. Shared: not to be changed.</param>
/// <param name="Version">How often this key was put, from 1. It goes on after a delete and a new put, so an expected
/// version never matches a later document by accident.</param>
/// <param name="Revision">The store's revision of the last change to it.</param>
/// <param name="Modified">When it was last put, in UTC, by the store's clock.</param>
public sealed record StateDocument(string Key, ReadOnlyMemory<byte> Content, long Version, long Revision, DateTimeOffset Modified);
