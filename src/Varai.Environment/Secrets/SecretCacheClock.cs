using System.Security.Cryptography;

namespace Varai.Secrets;

/// <summary>Decides how long what was read is kept.</summary>
internal sealed class SecretCacheClock(SecretOptions options, TimeProvider time)
{
    // A refresh that fails is not tried again on every read, even where misses are not remembered.
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestExpiry = TimeSpan.FromDays(36_500);

    public long Now => time.GetTimestamp();

    public SecretCacheEntry Keep(SecretAnswer answer)
    {
        long now = Now;
        if (answer.Secret is not { } secret)
        {
            long missingUntil = now + Ticks(options.NegativeCacheTtl);
            return new SecretCacheEntry(Secret: null, now, missingUntil, missingUntil);
        }

        // What a later provider answered while an earlier one failed is asked for again soon.
        TimeSpan ttl = answer.IsFallback && options.NegativeCacheTtl < options.CacheTtl ? options.NegativeCacheTtl : options.CacheTtl;
        long freshUntil = now + Ticks(ttl * RandomNumberGenerator.GetInt32(900, 1101) / 1000);
        long expiry = secret.ExpiresAt is { } expiresAt ? Expiry(now, expiresAt - time.GetUtcNow()) : long.MaxValue;
        return new SecretCacheEntry(secret, now, Math.Min(freshUntil, expiry), expiry);
    }

    /// <summary>The entry that is served until the next attempt, after a refresh has failed. How long that goes on is counted
    /// from the first failure: how long nobody asked before says nothing about the provider.</summary>
    public SecretCacheEntry KeepStale(SecretCacheEntry entry)
    {
        long now = Now;
        long staleUntil = entry.IsStale ? entry.StaleUntil : Math.Min(now + Ticks(options.MaxStale), entry.StaleUntil);
        return entry with { FreshUntil = Math.Min(RetryAt(now), staleUntil), StaleUntil = staleUntil, IsStale = true };
    }

    public TimeSpan UntilUnservable(SecretCacheEntry entry) => time.GetElapsedTime(Now, entry.StaleUntil);

    private long RetryAt(long now) =>
        now + Ticks(options.NegativeCacheTtl > ShortestRetry ? options.NegativeCacheTtl : ShortestRetry);

    // An expiry that lies centuries ahead, such as DateTimeOffset.MaxValue, does not fit a timestamp.
    private long Expiry(long now, TimeSpan left) =>
        left <= TimeSpan.Zero ? now : left > LongestExpiry ? long.MaxValue : now + Ticks(left);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
