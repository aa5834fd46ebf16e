namespace Varai.Promotion;

/// <summary>Asks for the components of a snapshot back.</summary>
public sealed record PromotionRestore
{
    /// <summary>Asks for a restore.</summary>
    /// <param name="environment">The environment to change.</param>
    /// <param name="snapshotId">The snapshot; of this environment or of another.</param>
    /// <param name="author">Who asks.</param>
    /// <param name="reason">Why.</param>
    public PromotionRestore(string environment, string snapshotId, string author, string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(environment);
        ArgumentException.ThrowIfNullOrWhiteSpace(snapshotId);
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        Environment = environment.ToLowerInvariant();
        SnapshotId = snapshotId;
        Author = author;
        Reason = reason;
    }

    /// <summary>The environment to change.</summary>
    public string Environment { get; }

    /// <summary>The snapshot.</summary>
    public string SnapshotId { get; }

    /// <summary>Who asks.</summary>
    public string Author { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }

    /// <summary>Which of its components.</summary>
    /// <value>Default: empty, all.</value>
    public IReadOnlyList<string> Components { get; init; } = [];
}
