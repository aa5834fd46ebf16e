using CsCheck;
using Varai.FeatureFlags.Usage;

namespace Varai.Tests.FeatureFlags.Usage;

public sealed class FlagUsageMergeTests
{
    private static readonly Gen<DateTimeOffset> Time = Gen.Int[0, 50].Select(day => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(day));
    private static readonly Gen<DateTimeOffset?> TimeOrNone = Gen.Frequency((1, Gen.Const((DateTimeOffset?)null)), (2, Time.Select(t => (DateTimeOffset?)t)));

    private static readonly Gen<FlagUsageEntry> Entry = Gen.Select(Time, TimeOrNone, TimeOrNone, TimeOrNone, (first, last, full, not) =>
        new FlagUsageEntry(first) { LastEvaluated = last, FullSince = full > not || not is null ? full : null, NotFullAt = not });

    [Fact]
    public void Merge_AnyOrder_GivesTheSameAndFullNeverTooEarly() =>
        Gen.Select(Entry, Entry, Entry).Sample((a, b, c) =>
        {
            Assert.Equal(a.Merge(b), b.Merge(a));
            Assert.Equal(a, a.Merge(a));
            (FlagUsageEntry one, FlagUsageEntry other) = (a.Merge(b).Merge(c), a.Merge(b.Merge(c)));
            Assert.Equal(one with { FullSince = null }, other with { FullSince = null });
            DateTimeOffset? since = new[] { a, b, c }.Select(e => e.FullSince).Where(t => one.NotFullAt is null || t > one.NotFullAt).Min();
            Assert.True(one.FullSince is null || one.FullSince >= since);
            Assert.True(other.FullSince is null || other.FullSince >= since);
        });

    [Fact]
    public void Merge_FullBeforeAnotherNodeSawItCease_IsNotFull()
    {
        DateTimeOffset day = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var full = new FlagUsageEntry(day) { FullSince = day.AddDays(1) };
        var ceased = new FlagUsageEntry(day) { NotFullAt = day.AddDays(2) };
        Assert.Null(full.Merge(ceased).FullSince);
        Assert.Equal(day.AddDays(3), full.Merge(ceased).WithReach(isFull: true, day.AddDays(3)).FullSince);
    }
}
