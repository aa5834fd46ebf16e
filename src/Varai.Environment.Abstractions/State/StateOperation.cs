namespace Varai.State;

/// <summary>One operation of a transaction, as a store reads it.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Name">The document's key or the stream's name; already validated.</param>
/// <param name="Content">The new content; empty for a delete and a check.</param>
/// <param name="Expected">The version or last sequence that must be there before this operation; 0 for "not there",
/// <see langword="null"/> for "whatever".</param>
public readonly record struct StateOperation(StateOperationKind Kind, string Name, ReadOnlyMemory<byte> Content, long? Expected)
{
    /// <summary>Refuses the operation when what is there is not what it expects; for stores to call.</summary>
    /// <param name="actual">The version or last sequence found; 0 when there is nothing.</param>
    /// <exception cref="StateConflictException">They differ.</exception>
    public void ThrowIfConflict(long actual)
    {
        if (Expected is { } expected && expected != actual)
            throw new StateConflictException(this, actual);
    }
}
