using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Evaluation;
using Varai.FeatureFlags.Exposures;

namespace Varai.Tests.FeatureFlags.Exposures;

public sealed class ExposureSamplerTests
{
    private static readonly Gen<double> Rate = Gen.Double[0.01, 0.99];

    [Fact]
    public void Takes_ManyPeople_TakesTheShareOfThem() =>
        Gen.Select(Rate, Gen.Int[0, 1000]).Sample(
            (rate, number) =>
            {
                ExposedFlag flag = Exposed($"flag{number}");
                var sampler = new ExposureSampler(rate);
                int taken = Enumerable.Range(0, 4000).Count(i => sampler.Takes(flag, $"user{i}"));

                // Six standard deviations of a fair draw.
                return Math.Abs(taken - (4000 * rate)) < 6 * Math.Sqrt(4000 * rate * (1 - rate));
            },
            seed: "0000KeQ3mN41",
            iter: 50);

    [Fact]
    public void Takes_SamePersonAndFlag_AlwaysAgreesAndGrowsWithTheRate() =>
        Gen.Select(Rate, Rate, Gen.String).Sample((one, other, user) =>
        {
            (double low, double high) = (Math.Min(one, other), Math.Max(one, other));
            ExposedFlag flag = Exposed("flag");
            bool isTaken = new ExposureSampler(low).Takes(flag, user);
            Assert.Equal(isTaken, new ExposureSampler(low).Takes(Exposed("flag"), user));
            Assert.True(!isTaken || new ExposureSampler(high).Takes(flag, user));
        });

    [Fact]
    public void Takes_TwoFlags_SampleDifferentPeople()
    {
        var sampler = new ExposureSampler(0.5);
        (ExposedFlag a, ExposedFlag b) = (Exposed("a"), Exposed("b"));
        int same = Enumerable.Range(0, 4000).Count(i => sampler.Takes(a, $"user{i}") == sampler.Takes(b, $"user{i}"));
        Assert.InRange(same, 1800, 2200);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0.25, 850, 1150)]
    [InlineData(1, 4000, 4000)]
    public void Takes_WithoutATargetingKey_TakesTheShareOfEvaluations(double rate, int least, int most)
    {
        var sampler = new ExposureSampler(rate);
        ExposedFlag flag = Exposed("flag");
        Assert.InRange(Enumerable.Range(0, 4000).Count(_ => sampler.Takes(flag, null)), least, most);
    }

    [Fact]
    public void IsFirst_MoreThanItRemembers_ForgetsTheOldest()
    {
        var memory = new ExposureMemory(TimeSpan.FromHours(1), new FakeTimeProvider());
        ExposedFlag flag = Exposed("flag");
        for (int i = 0; i < ExposureMemory.Capacity; i++)
            Assert.True(memory.IsFirst(flag, "on", $"user{i}"));
        Assert.False(memory.IsFirst(flag, "on", "user0"));
        Assert.True(memory.IsFirst(flag, "on", "one more"));
        Assert.True(memory.IsFirst(flag, "on", "user0"));
        Assert.False(memory.IsFirst(flag, "on", "user2"));
    }

    [Fact]
    public void IsFirst_OtherFlagVariantOrPerson_IsAnotherExposure()
    {
        var memory = new ExposureMemory(TimeSpan.FromHours(1), new FakeTimeProvider());
        ExposedFlag flag = Exposed("flag");
        Assert.True(memory.IsFirst(flag, "on", "ann"));
        Assert.True(memory.IsFirst(flag, "off", "ann"));
        Assert.True(memory.IsFirst(Exposed("other"), "on", "ann"));
        Assert.True(memory.IsFirst(flag, "on", "bob"));
        Assert.True(memory.IsFirst(flag, "on", ""));
        Assert.True(memory.IsFirst(flag, "on", null));
        Assert.False(memory.IsFirst(flag, "on", "ann"));
    }

    [Fact]
    public void IsFirst_WithoutAWindow_IsAlwaysTrue()
    {
        var memory = new ExposureMemory(TimeSpan.Zero, new FakeTimeProvider());
        ExposedFlag flag = Exposed("flag");
        Assert.True(memory.IsFirst(flag, "on", "ann"));
        Assert.True(memory.IsFirst(flag, "on", "ann"));
    }

    private static ExposedFlag Exposed(string name) => new(new CompiledFlag
    {
        Name = name,
        Enabled = true,
        Parameters = FeatureParameters.Empty,
        Definition = new FeatureFlagDefinition(name, enabled: true),
    });
}
