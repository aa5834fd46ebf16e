namespace Varai.Secrets;

/// <summary>What the chain found.</summary>
/// <param name="Secret">The secret, or null when every provider was asked and none holds it.</param>
/// <param name="IsFallback">Whether a provider that comes earlier was passed over because it failed.</param>
internal readonly record struct SecretAnswer(Secret? Secret, bool IsFallback);
