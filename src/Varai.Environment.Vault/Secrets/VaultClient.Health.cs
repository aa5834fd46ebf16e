namespace Varai.Vault.Secrets;

/// <content>The state of the server.</content>
public sealed partial class VaultClient
{
    /// <summary>The state of the node that answers. No login is needed for it.</summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="VaultException">Vault can't be reached or does not answer as Vault does.</exception>
    public async Task<VaultHealth> GetHealthAsync(CancellationToken cancellationToken = default)
    {
        // Asked for like this, every state is answered with 200.
        VaultCall call = VaultCall.Get("sys/health") with
        {
            Query = "standbyok=true&perfstandbyok=true&sealedcode=200&uninitcode=200&drsecondarycode=200",
        };
        using VaultAnswer answer = await _transport.SendAsync(call, token: null, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccess)
            throw VaultErrors.From(call, answer);
        return VaultEnvelope.Read(call, answer, _ => Read(answer.Body));
    }

    private static VaultHealth Read(ReadOnlySpan<byte> body)
    {
        var health = new VaultHealth();
        var members = new JsonMembers(body);
        while (members.MoveNext())
        {
            health = members.Name switch
            {
                "initialized" => health with { IsInitialized = members.Flag() },
                "sealed" => health with { IsSealed = members.Flag() },
                "standby" => health with { IsStandby = members.Flag() },
                "version" => health with { Version = members.Text() },
                "cluster_name" => health with { ClusterName = members.Text() },
                "server_time_utc" => health with { ServerTime = DateTimeOffset.FromUnixTimeSeconds(members.Number()) },
                _ => health,
            };
        }

        return health;
    }
}
