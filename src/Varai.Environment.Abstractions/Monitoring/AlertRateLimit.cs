namespace Varai.Monitoring;

/// <summary>How fast a service takes messages, as a token bucket: it holds <paramref name="Burst"/> tokens at first and at most, gets one more every
/// <paramref name="Interval"/>, and each request takes one. In any stretch of time no more than the burst and one a full interval are sent.</summary>
/// <param name="Burst">How many requests may go at once; at least 1.</param>
/// <param name="Interval">After how long there may be one more; greater than zero.</param>
public sealed record AlertRateLimit(int Burst, TimeSpan Interval);
