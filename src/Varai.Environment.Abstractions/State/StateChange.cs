namespace Varai.State;

/// <summary>One change of a commit.</summary>
/// <param name="Revision">The store's revision of the commit; for a reset, the revision from which the watch goes on.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Name">The document's key or the stream's name; empty for a reset.</param>
/// <param name="Version">The document's new version, the version that was deleted, or the entry's sequence; 0 for a reset.</param>
/// <param name="EndsCommit">Whether it is the last change of its commit. Only there is <paramref name="Revision"/> a
/// point to resume a watch from.</param>
public readonly record struct StateChange(long Revision, StateChangeKind Kind, string Name, long Version, bool EndsCommit);
