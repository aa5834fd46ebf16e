namespace Varai.Vault.Secrets;

/// <summary>A lease: how long something that Vault has made is valid.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Duration">How long it is valid from the answer on.</param>
/// <param name="IsRenewable">Whether it can be renewed.</param>
public sealed record VaultLease(string Id, TimeSpan Duration, bool IsRenewable);
