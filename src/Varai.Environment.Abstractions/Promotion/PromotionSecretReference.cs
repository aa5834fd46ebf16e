namespace Varai.Promotion;

/// <summary>A secret that the target's components would refer to after the promotion.</summary>
/// <param name="Name">The secret's name.</param>
/// <param name="Key">The first key that refers to it.</param>
/// <param name="Exists">Whether the target has it; <see langword="null"/> when that can't be told from here.</param>
public sealed record PromotionSecretReference(string Name, string Key, bool? Exists);
