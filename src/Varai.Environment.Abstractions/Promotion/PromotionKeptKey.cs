namespace Varai.Promotion;

/// <summary>A key that differs and stays the target's own.</summary>
/// <param name="Key">The key.</param>
/// <param name="Policy">The policy that keeps it.</param>
public sealed record PromotionKeptKey(string Key, PromotionKeyPolicy Policy)
{
    /// <summary>Writes the key and why it stays.</summary>
    public override string ToString() => $"= {Key} ({Policy})";
}
