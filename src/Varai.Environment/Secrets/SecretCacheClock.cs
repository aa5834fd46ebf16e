using System.Runtime.ExceptionServices;
using System.Security.Cryptography;

namespace Varai.Secrets;

/// <summary>Decides how long what was read is kept.</summary>
internal sealed class SecretCacheClock(SecretOptions options, TimeProvider time)
{
    /// <summary>The entry of a secret that was deleted: the next read asks, since a later provider may hold it.</summary>
    public static readonly SecretCacheEntry Missing = new(Secret: null, ReadAt: 0, long.MinValue, long.MinValue, long.MinValue);

    // A refresh that fails is not tried again on every read, even where misses are not remembered.
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestExpiry = TimeSpan.FromDays(36_500);

    // The system's clock is asked for the milliseconds of the last tick, which costs a fraction of a timestamp.
    private readonly TimeProvider? _other = time == TimeProvider.System ? null : time;
    private readonly long _frequency = time == TimeProvider.System ? 1000 : time.TimestampFrequency;
    private readonly TimeSpan _retry = options.NegativeCacheTtl > ShortestRetry ? options.NegativeCacheTtl : ShortestRetry;

    public long Now => _other is null ? Environment.TickCount64 : _other.GetTimestamp();

    /// <param name="answer">What was read.</param>
    /// <param name="isOutdated">Whether it may have changed while it was read, so that the next read asks.</param>
    public SecretCacheEntry Keep(SecretAnswer answer, bool isOutdated)
    {
        SecretCacheEntry entry = Keep(answer);
        return isOutdated ? Outdate(entry) : entry;
    }

    private SecretCacheEntry Keep(SecretAnswer answer)
    {
        long now = Now;
        if (answer.Secret is not { } secret)
        {
            long missingUntil = now + Ticks(options.NegativeCacheTtl);
            return new SecretCacheEntry(Secret: null, now, missingUntil, missingUntil, missingUntil);
        }

        // What a later provider answered while an earlier one failed is asked for again soon.
        TimeSpan ttl = answer.IsFallback && options.NegativeCacheTtl < options.CacheTtl ? options.NegativeCacheTtl : options.CacheTtl;
        long expiry = secret.ExpiresAt is { } expiresAt ? Expiry(now, expiresAt - time.GetUtcNow()) : long.MaxValue;
        long freshUntil = Math.Min(now + Ticks(ttl * RandomNumberGenerator.GetInt32(900, 1101) / 1000), expiry);
        return new SecretCacheEntry(secret, now, now + ((freshUntil - now) / 5 * 4), freshUntil, expiry);
    }

    /// <summary>The entry after a refresh of it has failed. How long it is served past its time to live is counted from the first
    /// failure: how long nobody asked before says nothing about the provider.</summary>
    public SecretCacheEntry KeepFailing(SecretCacheEntry entry)
    {
        long now = Now;
        long staleUntil = entry.IsFailing
            ? entry.StaleUntil
            : Math.Min(entry.StaleUntil, Math.Max(entry.FreshUntil, now + Ticks(options.MaxStale)));
        long end = now < entry.FreshUntil ? entry.FreshUntil : staleUntil;
        return entry with { RefreshAt = Math.Min(now + Ticks(_retry), end), StaleUntil = staleUntil, IsFailing = true };
    }

    /// <summary>The entry that makes each read fail at once, until the next attempt.</summary>
    public SecretCacheEntry KeepFailure(Secret? last, SecretException error)
    {
        long now = Now;
        long until = now + Ticks(error.IsTransient ? ShortestRetry : _retry);
        return new SecretCacheEntry(last, now, until, until, until) { Failure = ExceptionDispatchInfo.Capture(error) };
    }

    /// <summary>The entry that makes the next read ask, and serves only to tell whether the value changed.</summary>
    public static SecretCacheEntry Expire(SecretCacheEntry entry) => entry with
    {
        RefreshAt = long.MinValue,
        FreshUntil = long.MinValue,
        StaleUntil = long.MinValue,
        IsFailing = false,
        Failure = null,
    };

    /// <summary>The entry that makes the next read ask, and may be served if that takes long or fails.</summary>
    public SecretCacheEntry Outdate(SecretCacheEntry entry)
    {
        long now = Now;
        return entry with { RefreshAt = long.MinValue, FreshUntil = Math.Min(entry.FreshUntil, now) };
    }

    /// <summary>When somebody who watches the entry wants it to be read again.</summary>
    public long DueAt(SecretCacheEntry entry) => entry.Failure is null && entry.Secret is not null
        ? entry.RefreshAt
        : Math.Max(entry.RefreshAt, entry.ReadAt + Ticks(_retry));

    /// <summary>How long until a point in time; zero when it is over.</summary>
    public TimeSpan Until(long at)
    {
        long now = Now;
        return at <= now ? TimeSpan.Zero : at == long.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromSeconds((at - now) / (double)_frequency);
    }

    public TimeSpan Since(long at) => TimeSpan.FromSeconds((Now - at) / (double)_frequency);

    // An expiry that lies centuries ahead, such as DateTimeOffset.MaxValue, does not fit a timestamp.
    private long Expiry(long now, TimeSpan left) =>
        left <= TimeSpan.Zero ? now : left > LongestExpiry ? long.MaxValue : now + Ticks(left);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _frequency);
}
