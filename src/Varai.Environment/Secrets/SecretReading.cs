namespace Varai.Secrets;

/// <summary>What one read was given, and how it came about.</summary>
internal readonly record struct SecretReading(SecretCacheEntry Entry, SecretOutcome Outcome);
