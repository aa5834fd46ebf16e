namespace Varai.Promotion;

/// <summary>A rollback is refused because keys were changed since, and nobody has decided about them.</summary>
public sealed class PromotionConflictException : PromotionException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">Which keys, and how to decide.</param>
    /// <param name="conflicts">The keys with all values.</param>
    public PromotionConflictException(string message, IReadOnlyList<PromotionConflict> conflicts)
        : base(message) => Conflicts = conflicts;

    /// <summary>The keys with all values.</summary>
    public IReadOnlyList<PromotionConflict> Conflicts { get; }
}
