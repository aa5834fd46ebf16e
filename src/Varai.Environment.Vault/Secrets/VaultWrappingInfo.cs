namespace Varai.Vault.Secrets;

/// <summary>What Vault tells of a wrapping token without unwrapping it.</summary>
/// <param name="CreationPath">The path that was asked for; one that is not the expected path was not made by who it should be.</param>
/// <param name="TimeToLive">How long it could be unwrapped when it was made.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record VaultWrappingInfo(string? CreationPath, TimeSpan TimeToLive, DateTimeOffset? CreatedAt);
