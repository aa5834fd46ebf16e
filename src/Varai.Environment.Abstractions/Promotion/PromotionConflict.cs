namespace Varai.Promotion;

/// <summary>A key that was changed on both sides since they last agreed, and not to the same value.</summary>
/// <param name="Key">The key.</param>
/// <param name="Kind">How the two changes clash.</param>
/// <param name="Base">What it last was on both, as JSON; <see langword="null"/> for not there.</param>
/// <param name="Source">The incoming value; <see langword="null"/> for not there.</param>
/// <param name="Target">The target's value; <see langword="null"/> for not there.</param>
public sealed record PromotionConflict(string Key, PromotionConflictKind Kind, string? Base, string? Source, string? Target)
{
    /// <summary>Who gave the source its value and why, where that is recorded.</summary>
    public string? SourceAuthor { get; init; }

    /// <summary>Who gave the target its value and why, where that is recorded.</summary>
    public string? TargetAuthor { get; init; }

    /// <summary>What was decided; <see langword="null"/> while nobody has.</summary>
    public PromotionChoice? Choice { get; init; }

    /// <summary>Why it was decided so.</summary>
    public string? ChoiceReason { get; init; }

    /// <summary>Writes the key and both values with their authors.</summary>
    public override string ToString() =>
        $"! {Key}: source {Source ?? "(none)"}{By(SourceAuthor)}, target {Target ?? "(none)"}{By(TargetAuthor)}, both from {Base ?? "(none)"}"
        + (Choice is { } choice ? $"; decided: {choice}, {ChoiceReason}" : "");

    private static string By(string? author) => author is null ? "" : $" by {author}";
}
