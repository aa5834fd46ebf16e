using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <summary>What <see cref="VaultAuthOptions.LogInAsync"/> logs in with: requests to Vault before there is a token.</summary>
public sealed class VaultLogin
{
    private readonly Func<VaultCall, string?, CancellationToken, Task<VaultAnswer>> _send;

    internal VaultLogin(Func<VaultCall, string?, CancellationToken, Task<VaultAnswer>> send) => _send = send;

    /// <summary>Posts credentials to the path of a login and reads the token from the answer.</summary>
    /// <param name="path">The path, such as <c>auth/github/login</c>.</param>
    /// <param name="fields">The fields of the request; empty ones are sent too.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The token.</returns>
    /// <exception cref="VaultException">Vault refused or can't be reached.</exception>
    public async ValueTask<VaultToken> PostAsync(
        string path, IReadOnlyDictionary<string, SecretValue> fields, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fields);
        using SecretBuffer body = VaultJson.Write(fields);
        VaultCall call = VaultCall.Post(VaultPath.Valid(path), body) with { IsLogin = true };
        using VaultAnswer answer = await _send(call, null, cancellationToken).ConfigureAwait(false);
        return answer.IsSuccess
            ? VaultEnvelope.Read(call, answer, static envelope => envelope.ToToken())
            : throw VaultErrors.From(call, answer);
    }

    /// <summary>Unwraps what was wrapped for this client.</summary>
    /// <param name="wrappingToken">The wrapping token; it can be used once.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>What was wrapped; the caller disposes it.</returns>
    /// <exception cref="VaultException">The token is unknown, expired or used; or Vault can't be reached.</exception>
    public async ValueTask<VaultData> UnwrapAsync(SecretValue wrappingToken, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wrappingToken);
        VaultCall call = VaultCall.Post("sys/wrapping/unwrap");
        using VaultAnswer answer = await _send(call, wrappingToken.RevealString(), cancellationToken).ConfigureAwait(false);
        if (answer.IsSuccess)
            return VaultEnvelope.Read(call, answer, static envelope => envelope.ToData());
        throw answer.Status is 400 or 403
            ? new VaultException(
                VaultError.WrappingTokenInvalid,
                $"Vault answered {answer.Status} to {call}: the wrapping token is unknown, expired or was used before. If nobody of yours has used it, somebody else did.")
            : VaultErrors.From(call, answer);
    }

    /// <summary>What Vault knows of a token.</summary>
    /// <returns><see langword="null"/> when it is not valid, or may not ask about itself.</returns>
    internal async ValueTask<VaultToken?> LookUpAsync(SecretValue token, CancellationToken cancellationToken)
    {
        VaultCall call = VaultCall.Get("auth/token/lookup-self");
        using VaultAnswer answer = await _send(call, token.RevealString(), cancellationToken).ConfigureAwait(false);
        if (answer.Status is 401 or 403)
            return null;
        if (!answer.IsSuccess)
            throw VaultErrors.From(call, answer);
        return VaultEnvelope.Read(call, answer, envelope =>
        {
            TimeSpan timeToLive = default;
            bool renewable = false;
            var members = new JsonMembers(envelope.Data);
            while (members.MoveNext())
            {
                if (members.Name == "ttl")
                    timeToLive = members.Seconds();
                else if (members.Name == "renewable")
                    renewable = members.Flag();
            }

            return new VaultToken(token) { TimeToLive = timeToLive, IsRenewable = renewable, IsOwned = false };
        });
    }

    /// <summary>Asks for more time.</summary>
    /// <returns>How long the token is valid now; zero when Vault refuses.</returns>
    internal async ValueTask<TimeSpan> RenewAsync(string token, TimeSpan increment, CancellationToken cancellationToken)
    {
        using SecretBuffer body = VaultJson.Write(writer => writer.WriteString("increment", FormattableString.Invariant($"{(long)increment.TotalSeconds}s")));
        VaultCall call = VaultCall.Post("auth/token/renew-self", body);
        using VaultAnswer answer = await _send(call, token, cancellationToken).ConfigureAwait(false);
        if (answer.Status is 400 or 401 or 403)
            return TimeSpan.Zero;
        if (!answer.IsSuccess)
            throw VaultErrors.From(call, answer);
        return VaultEnvelope.Read(call, answer, static envelope => envelope.ToToken()).TimeToLive;
    }

    internal async ValueTask RevokeAsync(string token, CancellationToken cancellationToken)
    {
        VaultCall call = VaultCall.Post("auth/token/revoke-self");
        using VaultAnswer answer = await _send(call, token, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccess)
            throw VaultErrors.From(call, answer);
    }
}
