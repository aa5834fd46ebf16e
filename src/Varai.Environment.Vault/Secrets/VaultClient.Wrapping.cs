using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <content>Response wrapping.</content>
public sealed partial class VaultClient
{
    /// <summary>Wraps fields of your own in a token.</summary>
    /// <param name="fields">The fields, each sent as a text.</param>
    /// <param name="timeToLive">How long they can be unwrapped.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The wrapping token; the caller disposes it.</returns>
    /// <exception cref="VaultException">Vault refused or failed.</exception>
    public async Task<VaultWrapped> WrapAsync(
        IReadOnlyDictionary<string, SecretValue> fields, TimeSpan timeToLive, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        using SecretBuffer body = VaultJson.Write(fields);
        return await WrapAsync(VaultCall.Post("sys/wrapping/wrap", body), timeToLive, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a path of any engine without seeing what it gives: that is wrapped in a token.</summary>
    /// <param name="path">The path.</param>
    /// <param name="timeToLive">How long it can be unwrapped.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The wrapping token; the caller disposes it.</returns>
    /// <exception cref="VaultException">Vault refused or failed, or there is nothing (<see cref="VaultError.NotFound"/>).</exception>
    public Task<VaultWrapped> ReadWrappedAsync(string path, TimeSpan timeToLive, CancellationToken cancellationToken = default) =>
        WrapAsync(VaultCall.Get(VaultPath.Valid(path)), timeToLive, cancellationToken);

    /// <summary>Unwraps what was wrapped; it works once. No login is needed for it.</summary>
    /// <param name="wrappingToken">The wrapping token.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>What was wrapped; the caller disposes it.</returns>
    /// <exception cref="VaultException">The token is unknown, expired or was used (<see cref="VaultError.WrappingTokenInvalid"/>), or Vault failed.</exception>
    public async Task<VaultData> UnwrapAsync(SecretValue wrappingToken, CancellationToken cancellationToken = default) =>
        await _login.UnwrapAsync(wrappingToken, cancellationToken).ConfigureAwait(false);

    /// <summary>What is known of a wrapping token, without unwrapping it. Look before you unwrap: a token whose
    /// <see cref="VaultWrappingInfo.CreationPath"/> is not the expected one was made by somebody else.</summary>
    /// <param name="wrappingToken">The wrapping token.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="VaultException">The token is unknown, expired or was used (<see cref="VaultError.WrappingTokenInvalid"/>), or Vault failed.</exception>
    public async Task<VaultWrappingInfo> LookUpWrappingAsync(SecretValue wrappingToken, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(wrappingToken);
        using SecretBuffer body = VaultJson.Write(writer => VaultJson.WriteText(writer, "token", wrappingToken));
        VaultCall call = VaultCall.Post("sys/wrapping/lookup", body);
        using VaultAnswer answer = await SendAsync(call, token: null, cancellationToken).ConfigureAwait(false);
        if (answer.Status == 403)
            throw new VaultException(VaultError.WrappingTokenInvalid, $"Vault answered 403 to {call}: the wrapping token is unknown, expired or was used before.");
        if (!answer.IsSuccess)
            throw VaultErrors.From(call, answer);
        return VaultEnvelope.Read(call, answer, static envelope =>
        {
            (string? path, TimeSpan timeToLive, DateTimeOffset? createdAt) = (null, default, null);
            var members = new JsonMembers(envelope.Data);
            while (members.MoveNext())
            {
                switch (members.Name)
                {
                    case "creation_path":
                        path = members.Text();
                        break;
                    case "creation_ttl":
                        timeToLive = members.Seconds();
                        break;
                    case "creation_time":
                        createdAt = members.Time();
                        break;
                }
            }

            return new VaultWrappingInfo(path, timeToLive, createdAt);
        });
    }

    private async Task<VaultWrapped> WrapAsync(VaultCall call, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeToLive, TimeSpan.FromSeconds(1));
        call = call with { WrapFor = timeToLive };
        using VaultAnswer answer = await ExecuteAsync(call, cancellationToken).ConfigureAwait(false);
        if (answer.IsNotFound)
            throw VaultErrors.From(call, answer);
        return VaultEnvelope.Read(call, answer, static envelope =>
        {
            (SecretValue? token, TimeSpan ttl, DateTimeOffset? createdAt, string? path) = (null, default, null, null);
            var members = new JsonMembers(envelope.WrapInfo);
            while (members.MoveNext())
            {
                switch (members.Name)
                {
                    case "token":
                        token = members.Secret();
                        break;
                    case "ttl":
                        ttl = members.Seconds();
                        break;
                    case "creation_time":
                        createdAt = members.Time();
                        break;
                    case "creation_path":
                        path = members.Text();
                        break;
                }
            }

            return new VaultWrapped(token ?? throw new FormatException("There is no token.")) { TimeToLive = ttl, CreatedAt = createdAt, CreationPath = path };
        });
    }
}
