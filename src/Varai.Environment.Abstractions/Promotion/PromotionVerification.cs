namespace Varai.Promotion;

/// <summary>What a verification found.</summary>
/// <param name="Checked">How many entries or snapshots were read.</param>
/// <param name="Findings">What does not fit; empty when all is whole.</param>
public sealed record PromotionVerification(long Checked, IReadOnlyList<string> Findings)
{
    /// <summary>Whether all is whole.</summary>
    public bool IsIntact => Findings.Count == 0;
}
