namespace Varai.Monitoring.Delivery;

/// <summary>The tokens of <see cref="AlertRateLimit"/>. Used by one at a time.</summary>
internal sealed class TokenBucket(AlertRateLimit limit)
{
    private readonly TimeSpan _interval = limit.Interval > TimeSpan.Zero
        ? limit.Interval
        : throw new ArgumentException($"The interval {limit.Interval} of a rate limit must be greater than zero.", nameof(limit));

    private readonly int _burst = limit.Burst >= 1
        ? limit.Burst
        : throw new ArgumentException($"The burst {limit.Burst} of a rate limit must be at least 1.", nameof(limit));

    // The moment at which the bucket is full again: each token that is taken moves it by one interval.
    private TimeSpan _fullAt = TimeSpan.Zero;

    /// <summary>When so many tokens can be taken. More than the bucket holds are taken when it is full, and owed.</summary>
    public TimeSpan AvailableAt(int tokens) => _fullAt - ((_burst - Math.Clamp(tokens, 1, _burst)) * _interval);

    public void Take(int tokens, TimeSpan now) => _fullAt = (_fullAt > now ? _fullAt : now) + (Math.Max(tokens, 1) * _interval);
}
