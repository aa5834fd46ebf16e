using Varai.Monitoring;
using Varai.Monitoring.Alerts;

namespace Varai.Tests.Monitoring.Alerts;

/// <summary>The states of Prometheus, and what goes beyond them. A letter is a minute: Inactive, Pending, Firing.</summary>
public sealed class AlertRuleStateTests
{
    private const double High = 3000;
    private const double Low = 100;

    private static double?[] Values(string text) => [.. text.Select(c => c switch { 'h' => High, 'l' => Low, 'm' => 1800, 'n' => double.NaN, _ => (double?)null })];

    private static AlertRuleBuilder Above2000(AlertRuleBuilder rule) => rule.Metric("m").Average().Above(2000);

    [Theory]
    [InlineData("hhl", 0, 0, "FFI")]
    [InlineData("lhhhhl", 3, 0, "IPPPFI")]
    [InlineData("hhlhhhh", 3, 0, "PPIPPPF")]
    [InlineData("hl.hhhl", 1, 0, "PIIPFFI")]
    [InlineData("hlllh", 0, 3, "FFFFF")]
    [InlineData("hlllll", 0, 3, "FFFFII")]
    [InlineData("hllhlll", 0, 2, "FFFFFFI")]
    [InlineData("h..l", 0, 2, "FFFI")]
    [InlineData("nnh", 0, 0, "IIF")]
    [InlineData("hhhllhhh", 2, 1, "PPFFIPPF")]
    public void Evaluate_Sequence_GoesThroughPrometheusStates(string values, int waits, int keeps, string states)
    {
        var world = new AlertWorld(AlertWorld.Rule(r => Above2000(r).For(TimeSpan.FromMinutes(waits)).KeepFiringFor(TimeSpan.FromMinutes(keeps))));
        Assert.Equal(states, world.Run(Values(values)));
    }

    [Theory]
    [InlineData(AlertNoData.Resolve, "h..h", "FIIF")]
    [InlineData(AlertNoData.Keep, "h..l.h", "FFFIIF")]
    [InlineData(AlertNoData.Keep, "..h", "IIF")]
    [InlineData(AlertNoData.Alert, "l..l", "IFFI")]
    [InlineData(AlertNoData.Alert, ".l", "FI")]
    public void Evaluate_MissingValue_FollowsThePolicy(AlertNoData policy, string values, string states)
    {
        var world = new AlertWorld(AlertWorld.Rule(r => Above2000(r).NoData(policy)));
        Assert.Equal(states, world.Run(Values(values)));
    }

    [Fact]
    public void Evaluate_PendingWithoutValueAndKeep_WaitsForAsLongOfValues()
    {
        var world = new AlertWorld(AlertWorld.Rule(r => Above2000(r).For(TimeSpan.FromMinutes(2)).NoData(AlertNoData.Keep)));
        Assert.Equal("PPPPPF", world.Run(Values("hh...h")));
    }

    [Fact]
    public void Evaluate_SeriesGone_FollowsThePolicyToo()
    {
        var world = new AlertWorld(
            AlertWorld.Rule(r => r.Metric("m").Average().BySeries().Above(2000), "a"),
            AlertWorld.Rule(r => r.Metric("m").Average().BySeries().Above(2000).NoData(AlertNoData.Keep), "b"),
            AlertWorld.Rule(r => r.Metric("m").Average().BySeries().Above(2000).NoData(AlertNoData.Alert), "c"));
        world.Windows["x"] = High;
        world.Minute();
        Assert.Equal(["Firing", "Firing", "Firing"], world.Set.GetStatus().Select(s => s.State.ToString()));

        world.Windows.Remove("x");
        world.Minute();
        Assert.Equal(["Inactive", "Firing", "Firing"], world.Set.GetStatus().Select(s => s.State.ToString()));
    }

    [Fact]
    public void Evaluate_ClearThreshold_FiresAtOneAndClearsAtAnother()
    {
        var world = new AlertWorld(AlertWorld.Rule(r => r.Metric("m").Average().Above(2000, clearAt: 1500)));
        Assert.Equal("IFFFIIF", world.Run(Values("mhmmlmh")));
    }

    [Fact]
    public void Evaluate_ClearThresholdWhileSeriesCome_StaysFiring()
    {
        var world = new AlertWorld(AlertWorld.Rule(r => r.Metric("m").Average().BySeries().Above(2000, clearAt: 1500)));
        world.Windows["b"] = High;
        Assert.Equal(AlertState.Firing, world.Minute());
        world.Windows["b"] = 1800;
        world.Windows["a"] = Low;
        Assert.Equal(AlertState.Firing, world.Minute());
    }

    [Fact]
    public void Evaluate_MOfN_FiresWhenItHeldOftenEnough()
    {
        var world = new AlertWorld(AlertWorld.Rule(r => Above2000(r).AtLeastTimes(2, outOf: 3)));
        Assert.Equal("IIFIIIF", world.Run(Values("hlhllhh")));
    }

    [Fact]
    public void Evaluate_ThresholdsByEnvironment_DifferUnderOneRule()
    {
        AlertRule rule = AlertWorld.Rule(r => Above2000(r).In("staging", 5000).In("development", double.PositiveInfinity));
        Assert.Equal("F", new AlertWorld("production", rule).Run(High));
        Assert.Equal("I", new AlertWorld("Staging", rule).Run(High));
        Assert.Equal("F", new AlertWorld("staging", rule).Run(6000));
        Assert.Equal("I", new AlertWorld("development", rule).Run(double.MaxValue));
    }

    [Fact]
    public void Evaluate_SecondTerm_HasToHoldForTheSameGroup()
    {
        var world = new AlertWorld(AlertWorld.Rule(r => r.Metric("m").Average().BySeries().Above(2000).Metric("n").Average().BySeries().Below(4000)));
        world.Windows["a"] = 3000;
        world.Windows["b"] = 5000;
        world.Windows["c"] = 1000;
        world.Minute();
        Assert.Equal(["a"], world.Set.GetStatus()[0].Alerts.Select(a => a.Labels["s"]));
    }

    [Theory]
    [InlineData(AlertComparison.Above, "IIF")]
    [InlineData(AlertComparison.AtLeast, "IFF")]
    [InlineData(AlertComparison.Below, "FII")]
    [InlineData(AlertComparison.AtMost, "FFI")]
    [InlineData(AlertComparison.Equal, "IFI")]
    [InlineData(AlertComparison.NotEqual, "FIF")]
    public void Evaluate_Comparison_ComparesAsItSays(AlertComparison comparison, string states)
    {
        var rule = new AlertRule { Name = "rule", Terms = [new AlertTerm { Query = MetricQuery.Of("m").Average(), Comparison = comparison, Threshold = 5 }] };
        Assert.Equal(states, new AlertWorld(rule).Run(4, 5, 6));
    }

    [Fact]
    public void Evaluate_FunctionThatThrows_FreezesTheStateAndShows()
    {
        bool throws = false;
        var world = new AlertWorld(AlertWorld.Rule(r => r.Metric("m").Average().When(v => throws ? throw new InvalidDataException("s3cr3t-canary") : v > 2000)));
        Assert.Equal("F", world.Run(High));

        throws = true;
        Assert.Equal("FF", world.Run(Low, Low));
        AlertRuleStatus status = world.Set.GetStatus()[0];
        Assert.Equal(AlertRuleHealth.Error, status.Health);
        Assert.Equal("A function of the rule has thrown System.IO.InvalidDataException.", status.Error);

        throws = false;
        Assert.Equal("I", world.Run(Low));
        Assert.Equal(AlertRuleHealth.Ok, world.Set.GetStatus()[0].Health);
    }

    [Fact]
    public void Evaluate_WindowsThatThrow_FreezeTheRuleThatAsksThem()
    {
        var world = new AlertWorld(AlertWorld.Rule(Above2000, "asks"), AlertWorld.Rule(r => r.When((IMetricWindows _) => true), "computes"));
        world.Windows.Asked = _ => throw new InvalidOperationException("'m' is a counter.");
        world.Minute();
        Assert.Equal([AlertRuleHealth.Error, AlertRuleHealth.Ok], world.Set.GetStatus().Select(s => s.Health));
        Assert.Equal("'m' is a counter.", world.Set.GetStatus()[0].Error);
        Assert.Equal(AlertState.Firing, world.Set.GetStatus()[1].State);
    }

    [Fact]
    public void Evaluate_TwoGroupsWithTheSameLabels_IsAnError()
    {
        var world = new AlertWorld(AlertWorld.Rule(r => r.Metric("m").Average().BySeries().Above(2000).Label("s", "")));
        world.Windows["a"] = Low;
        Assert.Equal(AlertState.Inactive, world.Minute());
        Assert.Equal(AlertRuleHealth.Ok, world.Set.GetStatus()[0].Health);
        world.Windows["b"] = High;
        Assert.Equal(AlertState.Inactive, world.Minute());
        Assert.Equal(AlertRuleHealth.Error, world.Set.GetStatus()[0].Health);
    }

    [Fact]
    public void Tell_Firing_IsToldAgainAndOnceWhenItEnds()
    {
        var world = new AlertWorld(AlertWorld.Rule(r => Above2000(r).Summary("{{ $value }} ms").Label("team", "shop")));
        world.Run(High);
        Alert fired = Assert.Single(world.Tell());
        Assert.Equal(new Dictionary<string, string> { ["alertname"] = "rule", ["severity"] = "warning", ["team"] = "shop" }, fired.Labels.ToDictionary());
        Assert.Equal("3000 ms", fired.Annotations["summary"]);
        Assert.Equal((AlertWorld.Start, High), (fired.StartsAt, fired.Value));
        Assert.Empty(world.Tell());

        // Its end moves on with each telling, so that a process that dies leaves no alert for ever.
        world.Run(4000);
        Alert again = Assert.Single(world.Tell());
        Assert.Equal((fired.StartsAt, 4000), (again.StartsAt, again.Value));
        Assert.True(again.EndsAt > fired.EndsAt);

        // The value that it ended with, and the text of when it was wrong.
        world.Run(Low);
        Alert ended = Assert.Single(world.Tell());
        Assert.Equal((AlertWorld.Start.AddMinutes(2), Low, "4000 ms"), (ended.EndsAt, ended.Value, ended.Annotations["summary"]));
        Assert.Equal(AlertStatus.Resolved, ended.StatusAt(world.Time.GetUtcNow()));
        world.Run(Low);
        Assert.Empty(world.Tell());
    }

    [Fact]
    public void Tell_Pending_IsNeverTold()
    {
        var world = new AlertWorld(AlertWorld.Rule(r => Above2000(r).For(TimeSpan.FromMinutes(5))));
        world.Run(High, High, Low);
        Assert.Empty(world.Tell());
    }

    [Fact]
    public void Restore_Pending_GoesOnWithoutTheTimeAway()
    {
        var world = new AlertWorld(AlertWorld.Rule(r => Above2000(r).For(TimeSpan.FromMinutes(4))));
        Assert.Equal("PP", world.Run(High, High));
        world.Restart(TimeSpan.FromMinutes(30));
        Assert.Equal("PPF", world.Run(High, High, High));
    }

    [Fact]
    public void Restore_PendingAfterTooLong_BeginsAnew()
    {
        var world = new AlertWorld(AlertWorld.Rule(r => Above2000(r).For(TimeSpan.FromMinutes(2))));
        Assert.Equal("PP", world.Run(High, High));
        world.Restart(TimeSpan.FromMinutes(61));
        Assert.Equal("PPF", world.Run(High, High, High));
    }

    [Fact]
    public void Restore_Firing_IsNotEndedByWindowsThatAreNew()
    {
        var world = new AlertWorld(AlertWorld.Rule(r => r.Metric("m").Average().Over(TimeSpan.FromMinutes(3)).Above(2000)));
        Assert.Equal("F", world.Run(High));
        world.Tell();
        world.Restart(TimeSpan.FromHours(5));
        Assert.Equal("FFFI", world.Run(null, Low, null, Low));
        Alert ended = Assert.Single(world.Tell());
        Assert.Equal(AlertWorld.Start, ended.StartsAt);
    }

    [Fact]
    public void Restore_KeepFiring_GoesOnWithItsTime()
    {
        var world = new AlertWorld(AlertWorld.Rule(r => r.Metric("m").Average().Over(TimeSpan.FromSeconds(10)).Above(2000).KeepFiringFor(TimeSpan.FromMinutes(5))));
        Assert.Equal("FFF", world.Run(High, Low, Low));
        world.Restart(TimeSpan.FromMinutes(1));
        Assert.Equal("FFI", world.Run(null, Low, Low));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Restore_WithAClockThatWasSetBack_GoesOnFiringFromNow(int waits)
    {
        AlertRule rule = AlertWorld.Rule(r => Above2000(r).For(TimeSpan.FromMinutes(waits)));
        var before = new AlertWorld(rule);
        while (before.Minute(High) != AlertState.Firing)
        {
            // It waits.
        }

        before.Tell();
        AlertMemory memory = before.Set.Remember();
        var after = new AlertWorld(rule);
        after.Set.Restore(memory with { SavedAt = memory.SavedAt.AddHours(3), Alerts = [.. memory.Alerts.Select(a => a with { ActiveAt = a.ActiveAt.AddHours(3), FiredAt = a.FiredAt!.Value.AddHours(3) })] }, TimeSpan.FromHours(1), TimeSpan.Zero);
        Assert.Equal("F", after.Run(High));
        Alert told = Assert.Single(after.Tell());
        Assert.Equal(AlertWorld.Start, told.StartsAt);
        Assert.True(told.EndsAt > told.StartsAt);
    }

    [Fact]
    public void Restore_AfterTheRulesHaveRun_KeepsWhatTheySaw()
    {
        AlertRule rule = AlertWorld.Rule(r => Above2000(r).For(TimeSpan.FromMinutes(2)));
        var before = new AlertWorld(rule);
        before.Run(High, High, High);
        AlertMemory firing = before.Set.Remember();

        // What fires, fires since before; its condition holds, so it does not end.
        before.Time.Advance(TimeSpan.FromMinutes(10));
        var late = new AlertWorld(rule);
        late.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal("P", late.Run(High));
        late.Set.Restore(firing, TimeSpan.FromHours(1), TimeSpan.Zero);
        Assert.Equal("F", late.Run(High));
        Assert.Equal(AlertWorld.Start.AddMinutes(2), Assert.Single(late.Tell()).StartsAt);

        // What waited then does not put back what fires now.
        var waiting = new AlertWorld(rule);
        waiting.Run(High);
        AlertMemory pending = waiting.Set.Remember();
        var live = new AlertWorld(rule);
        live.Run(High, High, High);
        live.Set.Restore(pending, TimeSpan.FromHours(1), TimeSpan.Zero);
        Assert.Equal("F", live.Run(High));
    }

    [Fact]
    public void Restore_EndedButNotTold_IsTold()
    {
        var world = new AlertWorld(AlertWorld.Rule(r => Above2000(r)));
        world.Run(High);
        world.Tell();
        world.Run(Low);
        world.Restart(TimeSpan.FromMinutes(1));
        Alert ended = Assert.Single(world.Tell());
        Assert.Equal(AlertWorld.Start.AddMinutes(1), ended.EndsAt);
        Assert.Empty(world.Tell());
    }

    [Fact]
    public void Explain_Rule_GivesStateThresholdAndSamples()
    {
        var world = new AlertWorld("staging", AlertWorld.Rule(r => Above2000(r).In("staging", 2500), "slow"));
        world.Run(High);
        string text = world.Set.Explain("slow").ToString();
        Assert.Contains("slow: Firing, health Ok", text, StringComparison.Ordinal);
        Assert.Contains("in staging: 2500", text, StringComparison.Ordinal);
        Assert.Contains("= 3000", text, StringComparison.Ordinal);
        ArgumentException unknown = Assert.Throws<ArgumentException>(() => world.Set.Explain("fast"));
        Assert.StartsWith("There is no alert rule 'fast'. There are: 'slow'.", unknown.Message, StringComparison.Ordinal);
    }
}
