namespace Varai.Promotion;

/// <summary>The stop button, pressed.</summary>
/// <param name="Author">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="Time">When, in UTC.</param>
public sealed record PromotionStop(string Author, string Reason, DateTimeOffset Time);
