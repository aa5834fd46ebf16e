namespace Varai.Secrets;

/// <summary>What is known of one name; immutable.</summary>
/// <param name="Secret">The secret, or null when no provider held it.</param>
/// <param name="ReadAt">When a provider answered, as a timestamp of the time provider.</param>
/// <param name="FreshUntil">Until when it is served without asking.</param>
/// <param name="StaleUntil">Until when it may be served past that: its own expiry, or, once a refresh has failed, an earlier
/// end.</param>
/// <param name="IsStale">Whether it is served because refreshing it failed.</param>
internal sealed record SecretCacheEntry(Secret? Secret, long ReadAt, long FreshUntil, long StaleUntil, bool IsStale = false)
{
    public bool IsFresh(long now) => now < FreshUntil;

    public bool MayServeStale(long now) => Secret is not null && now < StaleUntil;

    public override string ToString() => SecretValue.Redacted;
}
