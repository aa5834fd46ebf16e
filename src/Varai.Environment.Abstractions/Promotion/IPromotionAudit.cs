namespace Varai.Promotion;

/// <summary>Who did what when, for all promotions: a chain of entries, each with the hash of the one before.</summary>
/// <remarks>A singleton, registered by <c>AddPromotion</c>; safe from any thread. Each entry is written in the same transaction as what it
/// tells of.</remarks>
public interface IPromotionAudit
{
    /// <summary>The entries, oldest first.</summary>
    /// <param name="after">Only entries with a greater number; 0 for all.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    IAsyncEnumerable<PromotionEvent> ReadAsync(long after = 0, CancellationToken cancellationToken = default);

    /// <summary>Recomputes the chain. Without a key it finds damage and edits by hand; with <c>Varai:Promotion:AuditKey</c> also somebody
    /// who rewrites all of it but does not have the key.</summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    Task<PromotionVerification> VerifyAuditAsync(CancellationToken cancellationToken = default);
}
