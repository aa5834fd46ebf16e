using CsCheck;
using Varai.Monitoring;
using Varai.Monitoring.Delivery;

namespace Varai.Tests.Monitoring.Delivery;

public sealed class TokenBucketTests
{
    [Fact]
    public void Take_WheneverAvailable_NeverGoesPastTheLimitInAnyStretchOfTime() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 2000], Gen.Int[0, 5000].Array[1, 200]).Sample((burst, interval, pauses) =>
        {
            var limit = new AlertRateLimit(burst, TimeSpan.FromMilliseconds(interval));
            var bucket = new TokenBucket(limit);
            TimeSpan now = TimeSpan.Zero;
            var taken = new List<TimeSpan>();
            foreach (int pause in pauses)
            {
                now += TimeSpan.FromMilliseconds(pause % (interval + 1));
                TimeSpan at = bucket.AvailableAt(1);
                now = at > now ? at : now;
                bucket.Take(1, now);
                taken.Add(now);
            }

            for (int from = 0; from < taken.Count; from++)
            {
                for (int to = from; to < taken.Count; to++)
                {
                    double allowed = burst + Math.Floor((taken[to] - taken[from]) / limit.Interval);
                    if (to - from + 1 > allowed)
                        return false;
                }
            }

            return true;
        });

    [Fact]
    public void Take_MoreThanTheBurst_IsOwed()
    {
        var bucket = new TokenBucket(new AlertRateLimit(2, TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.Zero, bucket.AvailableAt(5));
        bucket.Take(5, TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(4), bucket.AvailableAt(1));
        Assert.Equal(TimeSpan.FromSeconds(5), bucket.AvailableAt(2));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Bucket_OfALimitThatLetsNothingThrough_IsRefused(int burst, int seconds) =>
        Assert.Throws<ArgumentException>(() => new TokenBucket(new AlertRateLimit(burst, TimeSpan.FromSeconds(seconds))));

    [Fact]
    public void Backoff_FailuresInARow_GrowsByHalfUpToAMinute()
    {
        var least = new Backoff(() => 0);
        var most = new Backoff(() => 1);
        Assert.Equal((0.25, 0.75), (least.After(1).TotalSeconds, most.After(1).TotalSeconds));
        Assert.Equal((0.375, 1.125), (least.After(2).TotalSeconds, most.After(2).TotalSeconds));
        Assert.Equal((20, 60), (least.After(1000).TotalSeconds, most.After(1000).TotalSeconds));
        Assert.Equal(Enumerable.Range(1, 30).Select(i => Math.Min(40, 0.5 * Math.Pow(1.5, i - 1))), Enumerable.Range(1, 30).Select(i => new Backoff(() => 0.5).After(i).TotalSeconds), (a, b) => Math.Abs(a - b) < 1e-6);
    }
}
