namespace Varai.State;

/// <summary>What a commit did.</summary>
/// <param name="Revision">The store's revision after it.</param>
/// <param name="Changes">What it changed, in the order of the operations, with the new versions and sequences; the
/// same that watchers see. Empty when nothing changed.</param>
public sealed record StateCommit(long Revision, IReadOnlyList<StateChange> Changes);
