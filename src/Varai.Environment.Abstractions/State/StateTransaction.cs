namespace Varai.State;

/// <summary>Changes and checks that a store applies together or not at all. Not safe for several threads.</summary>
/// <remarks>Contents are not copied: leave their bytes alone until the commit is done.</remarks>
public sealed class StateTransaction
{
    private readonly List<StateOperation> _operations = [];
    private readonly List<Lease> _leases = [];
    private HashSet<string>? _keys;

    /// <summary>The operations, in the order they were added.</summary>
    public IReadOnlyList<StateOperation> Operations => _operations;

    /// <summary>The leases that must be held at the commit.</summary>
    public IReadOnlyList<Lease> RequiredLeases => _leases;

    /// <summary>Creates or replaces a document.</summary>
    /// <param name="key">Its key; at most one operation of a transaction may name it.</param>
    /// <param name="content">Its new content; may be empty.</param>
    /// <param name="expectedVersion">The version it must have; 0 when it must not exist, <see langword="null"/> for whatever.</param>
    /// <exception cref="ArgumentException">The key is not valid or already used, or the version is negative.</exception>
    public StateTransaction Put(string key, ReadOnlyMemory<byte> content, long? expectedVersion = null)
    {
        if (expectedVersion is { } version)
            ArgumentOutOfRangeException.ThrowIfNegative(version, nameof(expectedVersion));
        return AddDocument(StateOperationKind.Put, key, content, expectedVersion);
    }

    /// <summary>Removes a document; without an expected version also one that is not there, which changes nothing.</summary>
    /// <param name="key">Its key; at most one operation of a transaction may name it.</param>
    /// <param name="expectedVersion">The version it must have, from 1; <see langword="null"/> for whatever.</param>
    /// <exception cref="ArgumentException">The key is not valid or already used, or the version is less than 1.</exception>
    public StateTransaction Delete(string key, long? expectedVersion = null)
    {
        if (expectedVersion is { } version)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(version, nameof(expectedVersion));
        return AddDocument(StateOperationKind.Delete, key, default, expectedVersion);
    }

    /// <summary>Checks a document's version without changing it.</summary>
    /// <param name="key">Its key; at most one operation of a transaction may name it.</param>
    /// <param name="version">The version it must have; 0 when it must not exist.</param>
    /// <exception cref="ArgumentException">The key is not valid or already used, or the version is negative.</exception>
    public StateTransaction Expect(string key, long version)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(version);
        return AddDocument(StateOperationKind.Expect, key, default, version);
    }

    /// <summary>Adds an entry at the end of a stream. One transaction may append several to one stream.</summary>
    /// <param name="stream">The stream's name. Streams and documents don't share names.</param>
    /// <param name="content">The entry's content; may be empty.</param>
    /// <param name="expectedSequence">The last sequence the stream must have before this entry, counting earlier
    /// appends of this transaction; 0 when it must be empty, <see langword="null"/> for whatever.</param>
    /// <exception cref="ArgumentException">The name is not valid or the sequence is negative.</exception>
    public StateTransaction Append(string stream, ReadOnlyMemory<byte> content, long? expectedSequence = null)
    {
        StateKey.ThrowIfInvalid(stream);
        if (expectedSequence is { } sequence)
            ArgumentOutOfRangeException.ThrowIfNegative(sequence, nameof(expectedSequence));
        _operations.Add(new StateOperation(StateOperationKind.Append, stream, content, expectedSequence));
        return this;
    }

    /// <summary>Lets the commit fail with <see cref="LeaseLostException"/> unless this lease is still the current one
    /// and has not expired.</summary>
    /// <param name="lease">A lease that was acquired or renewed.</param>
    public StateTransaction Require(Lease lease)
    {
        ArgumentNullException.ThrowIfNull(lease);
        _leases.Add(lease);
        return this;
    }

    private StateTransaction AddDocument(StateOperationKind kind, string key, ReadOnlyMemory<byte> content, long? expectedVersion)
    {
        StateKey.ThrowIfInvalid(key);
        _keys ??= new HashSet<string>(StringComparer.Ordinal);
        if (!_keys.Add(key))
        {
            throw new ArgumentException(
                $"The transaction already has an operation on the document '{key}'; which of the two is meant?", nameof(key));
        }

        _operations.Add(new StateOperation(kind, key, content, expectedVersion));
        return this;
    }
}
