namespace Varai.State;

/// <summary>One entry of a stream; it never changes.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Sequence">Its place in the stream, from 1, without gaps.</param>
/// <param name="Content">Its bytes. Shared: not to be changed.</param>
/// <param name="Revision">The store's revision of the commit that appended it.</param>
/// <param name="Appended">When it was appended, in UTC, by the store's clock.</param>
public sealed record StreamEntry(string Stream, long Sequence, ReadOnlyMemory<byte> Content, long Revision, DateTimeOffset Appended);
