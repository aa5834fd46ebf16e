namespace Varai.Promotion;

/// <summary>Another promotion to the same target runs.</summary>
public sealed class PromotionInProgressException : PromotionException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">Which one, and what to do.</param>
    /// <param name="recordId">The other promotion's id; <see langword="null"/> when it has no record yet.</param>
    public PromotionInProgressException(string message, string? recordId)
        : base(message)
    {
        RecordId = recordId;
        IsTransient = true;
    }

    /// <summary>The other promotion's id; <see langword="null"/> when it has no record yet.</summary>
    public string? RecordId { get; }
}
