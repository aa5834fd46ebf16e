namespace Varai.Vault.Secrets;

/// <summary>The token in use and what is known of its time.</summary>
/// <param name="Token">As the header wants it.</param>
/// <param name="SetAt">The timestamp that <paramref name="TimeToLive"/> counts from.</param>
/// <param name="TimeToLive">Zero when it does not expire.</param>
/// <param name="Asked">What a renewal asks for.</param>
/// <param name="CanRenew">Whether another renewal makes sense.</param>
/// <param name="IsOwned">Whether it is revoked at the end.</param>
internal sealed record VaultSessionState(string Token, long SetAt, TimeSpan TimeToLive, TimeSpan Asked, bool CanRenew, bool IsOwned)
{
    public static VaultSessionState Of(VaultToken token, long now) => new(
        token.Token.RevealString(), now, token.TimeToLive, token.TimeToLive, token.IsRenewable, token.IsOwned);

    public TimeSpan Remaining(TimeProvider time) => TimeToLive == TimeSpan.Zero ? TimeSpan.MaxValue : TimeToLive - time.GetElapsedTime(SetAt);

    public override string ToString() => Varai.Secrets.SecretValue.Redacted;
}
