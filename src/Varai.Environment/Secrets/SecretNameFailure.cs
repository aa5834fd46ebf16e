namespace Varai.Secrets;

/// <summary>A secret that a provider fails to read, write or delete at present.</summary>
internal sealed record SecretNameFailure(string Provider, string Name, string Reason, DateTimeOffset Since, long Count);
