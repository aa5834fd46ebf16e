using Varai.Monitoring;
using Varai.Monitoring.Alerts;
using Varai.Monitoring.Windows;

namespace Varai.Tests.Monitoring.Alerts;

[CollectionDefinition(nameof(AlertEvaluationAllocationTests), DisableParallelization = true)]
[Collection(nameof(AlertEvaluationAllocationTests))]
public sealed class AlertEvaluationAllocationTests : IDisposable
{
    private readonly MonitoringHarness _monitoring = new();

    public void Dispose() => _monitoring.Dispose();

    [Fact]
    public void Evaluate_SteadyState_AllocatesNothing()
    {
        _monitoring.Metrics.Gauge("queue");
        var orders = _monitoring.Metrics.Counter("orders");
        for (int i = 0; i < 50; i++)
        {
            _monitoring.Metrics.Record("time", i, ("region", $"r{i}"));
            _monitoring.Metrics.Record("queue", i, ("region", $"r{i}"));
            orders.Add(i, new KeyValuePair<string, object?>("region", $"r{i}"));
        }

        MetricQuery rate = MetricQuery.Of("orders").Rate();
        AlertRule[] rules =
        [
            new AlertRuleBuilder("slow").Metric("time").Quantile(0.99).BySeries().Above(25).Build(),
            new AlertRuleBuilder("queue").Metric("queue").BySeries().Above(25, clearAt: 20).KeepFiringFor(TimeSpan.FromMinutes(1)).Build(),
            new AlertRuleBuilder("ratio").Query(rate.Where("region", "r7").Or(0).DividedBy(rate)).Above(0.001).MinimumEvents(1).Build(),
            new AlertRuleBuilder("absent").Metric("nothing").Absent().Build(),
            new AlertRuleBuilder("function").Metric("time").Count().BySeries().When(v => v > 0).AtLeastTimes(2, outOf: 3).Build(),
        ];
        var set = new AlertRuleSet(rules, _monitoring.Windows, "production", new WindowClock(_monitoring.Time));
        for (int i = 0; i < 5; i++)
            set.Evaluate();
        Assert.All(set.GetStatus(), s => Assert.Equal(AlertState.Firing, s.State));

        long least = long.MaxValue;
        for (int i = 0; i < 20; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            set.Evaluate();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Evaluate_SeriesComeAndGo_SameAsANewQuery()
    {
        var random = new Random(11);
        MetricQuery[] queries =
        [
            MetricQuery.Of("time").Quantile(0.9).By("region"), MetricQuery.Of("time").Count().BySeries(), MetricQuery.Of("time").Increase(),
            MetricQuery.Of("time").Where("region", "r1").Count().Or(0).DividedBy(MetricQuery.Of("time").Count()).By("region"), MetricQuery.Of("time").Absent(),
        ];
        QueryPlan[] plans = [.. queries.Select(q => new QueryPlan(q.Over(TimeSpan.FromMinutes(1))))];
        var windows = (MetricWindows)_monitoring.Windows;
        for (int i = 0; i < 300; i++)
        {
            for (int j = random.Next(4); j > 0; j--)
                _monitoring.Metrics.Record("time", random.Next(1, 1000), ("region", $"r{random.Next(6)}"), ("host", $"h{random.Next(4)}"));
            windows.Read(plans);
            foreach (QueryPlan plan in plans)
            {
                double?[] values = [.. plan.Values.ToArray().Select(v => double.IsNaN(v) ? null : (double?)v)];
                IReadOnlyList<MetricValue> asked = windows.GetValues(plan.Query);
                Assert.Equal(asked.Select(v => v.Value), values);
                Assert.Equal(asked.Select(v => string.Join(',', v.Labels)), plan.Groups.Select(g => string.Join(',', g.Labels)));
            }

            _monitoring.Advance(random.Next(30));
        }
    }
}
