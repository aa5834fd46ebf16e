namespace Varai.Promotion;

/// <summary>A plan is refused because what it was made for has changed since.</summary>
public sealed class PromotionStaleException : PromotionException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">Which side has changed, and what to do.</param>
    /// <param name="current">The plan as it would be now.</param>
    /// <param name="changes">What has changed since, with who did it where that is recorded.</param>
    public PromotionStaleException(string message, PromotionPlan current, IReadOnlyList<string> changes)
        : base(message)
    {
        Current = current;
        Changes = changes;
    }

    /// <summary>The plan as it would be now.</summary>
    public PromotionPlan Current { get; }

    /// <summary>What has changed since, with who did it where that is recorded.</summary>
    public IReadOnlyList<string> Changes { get; }
}
