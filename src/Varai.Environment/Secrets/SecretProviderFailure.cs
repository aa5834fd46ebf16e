namespace Varai.Secrets;

/// <summary>The present failure of a provider.</summary>
internal sealed record SecretProviderFailure(string Provider, string Reason, DateTimeOffset Since, long Count);
