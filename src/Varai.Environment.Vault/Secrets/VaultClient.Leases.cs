using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <content>Leases.</content>
public sealed partial class VaultClient
{
    /// <summary>Asks for more time for a lease.</summary>
    /// <param name="leaseId">Its identifier.</param>
    /// <param name="increment">How long it shall be valid from now on; Vault may give less.</param>
    /// <param name="cancellationToken">Cancels the renewal.</param>
    /// <returns>The lease as it is now.</returns>
    /// <exception cref="VaultException">The lease is gone or can't be renewed (<see cref="VaultError.LeaseNotFound"/>), or Vault failed.</exception>
    public async Task<VaultLease> RenewLeaseAsync(string leaseId, TimeSpan increment, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(leaseId);
        using SecretBuffer body = VaultJson.Write(writer =>
        {
            writer.WriteString("lease_id", leaseId);
            writer.WriteNumber("increment", (long)increment.TotalSeconds);
        });
        var call = new VaultCall(HttpMethod.Put, "sys/leases/renew") { Body = body };
        using VaultAnswer answer = await ExecuteAsync(call, cancellationToken).ConfigureAwait(false);
        if (answer.IsNotFound)
            throw VaultErrors.From(call, answer);
        return VaultEnvelope.Read(call, answer, static envelope => envelope.Lease ?? throw new FormatException("There is no lease."));
    }

    /// <summary>Ends a lease: what Vault has made for it is no longer valid.</summary>
    /// <param name="leaseId">Its identifier.</param>
    /// <param name="cancellationToken">Cancels the revocation.</param>
    /// <exception cref="VaultException">Vault refused or failed.</exception>
    public async Task RevokeLeaseAsync(string leaseId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(leaseId);
        using SecretBuffer body = VaultJson.Write(writer => writer.WriteString("lease_id", leaseId));
        var call = new VaultCall(HttpMethod.Put, "sys/leases/revoke") { Body = body };
        using VaultAnswer answer = await ExecuteAsync(call, cancellationToken).ConfigureAwait(false);
        if (answer.IsNotFound)
            throw VaultErrors.From(call, answer);
    }
}
