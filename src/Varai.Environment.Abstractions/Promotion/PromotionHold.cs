namespace Varai.Promotion;

/// <summary>Something that was rolled back and does not come again until somebody lifts the hold.</summary>
/// <param name="RecordId">The promotion that was rolled back.</param>
/// <param name="Target">The environment it is held from.</param>
/// <param name="Author">Who rolled it back.</param>
/// <param name="Reason">Why.</param>
/// <param name="Time">When, in UTC.</param>
/// <param name="Values">The values it had brought: a promotion that would bring all of them again is held. Each as the hash of its
/// JSON; empty for a key that had gone.</param>
public sealed record PromotionHold(
    string RecordId, string Target, string Author, string Reason, DateTimeOffset Time, IReadOnlyDictionary<string, string> Values);
