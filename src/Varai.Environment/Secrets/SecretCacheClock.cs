using System.Security.Cryptography;

namespace Varai.Secrets;

/// <summary>Decides how long what was read is kept.</summary>
internal sealed class SecretCacheClock(SecretOptions options, TimeProvider time)
{
    // A refresh that fails is not tried again on every read, even where misses are not remembered.
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(1);

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
        long staleUntil = freshUntil + Ticks(options.MaxStale);
        if (secret.ExpiresAt is { } expiresAt)
        {
            TimeSpan left = expiresAt - time.GetUtcNow();
            long expiry = left <= TimeSpan.Zero ? now : left > options.CacheTtl + options.MaxStale ? long.MaxValue : now + Ticks(left);
            freshUntil = Math.Min(freshUntil, expiry);
            staleUntil = Math.Min(staleUntil, expiry);
        }

        return new SecretCacheEntry(secret, now, freshUntil, staleUntil);
    }

    /// <summary>The entry that is served until the next attempt, after a refresh has failed.</summary>
    public SecretCacheEntry KeepStale(SecretCacheEntry entry)
    {
        TimeSpan retry = options.NegativeCacheTtl > ShortestRetry ? options.NegativeCacheTtl : ShortestRetry;
        return entry with { FreshUntil = Math.Min(Now + Ticks(retry), entry.StaleUntil), IsStale = true };
    }

    public TimeSpan UntilUnservable(SecretCacheEntry entry) => time.GetElapsedTime(Now, entry.StaleUntil);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
