namespace Varai.Promotion;

/// <summary>Asks for a promotion to be taken back.</summary>
public sealed record PromotionRollback
{
    /// <summary>Asks for a rollback.</summary>
    /// <param name="recordId">The promotion.</param>
    /// <param name="author">Who asks.</param>
    /// <param name="reason">Why.</param>
    public PromotionRollback(string recordId, string author, string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(recordId);
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        RecordId = recordId;
        Author = author;
        Reason = reason;
    }

    /// <summary>The promotion.</summary>
    public string RecordId { get; }

    /// <summary>Who asks.</summary>
    public string Author { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }

    /// <summary>What becomes of keys that were changed in the target since.</summary>
    /// <value>Default: <see cref="PromotionConflictHandling.Stop"/>.</value>
    public PromotionConflictHandling OnConflict { get; init; } = PromotionConflictHandling.Stop;
}
