using CsCheck;
using Varai.Monitoring;

namespace Varai.Tests.Monitoring.Windows;

/// <summary>The windows against a model that keeps every measurement.</summary>
public sealed class WindowsDifferentialTests
{
    private static readonly string[] Names = ["a", "b", "c"];

    // Mostly small steps, sometimes past a roll-up or past everything.
    private static readonly Gen<int> Step = Gen.Frequency((6, Gen.Int[0, 25]), (3, Gen.Int[25, 400]), (1, Gen.Int[400, 5000]));

    private static readonly Gen<Operation> Operations = Gen.Frequency(
        (6, Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1000], (series, value) => new Operation(Seconds: 0, series, value, Ask: null))),
        (3, Step.Select(seconds => new Operation(seconds, Series: -1, 0, Ask: null))),
        (3, Gen.Select(Gen.Int[1, 6000], Gen.Int[-1, 6000], Gen.Int[-1, 2], (range, ago, series) => new Operation(0, series, 0, new Question(range, ago)))));

    [Fact]
    public void AnyHistory_IsAnsweredLikeByOneThatKeepsEverything()
    {
        int asked = 0;
        Operations.Array[20, 80].Sample(
            operations =>
            {
                using var monitoring = new MonitoringHarness(o => (o.TenSecondRetention, o.MinuteRetention, o.TenMinuteRetention) =
                    (TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(40)));
                var model = new NaiveWindows(slots: 6, minutes: 10, tens: 4);
                monitoring.Metrics.Counter("counter");
                monitoring.Metrics.Gauge("gauge");
                foreach (Operation operation in operations)
                {
                    monitoring.Advance(operation.Seconds);
                    if (operation.Ask is not null)
                        asked += Compare(monitoring, model, operation, operation.Ask);
                    else if (operation.Series >= 0)
                        Record(monitoring, model, operation);
                }
            },
            iter: 400, threads: 1);
        Assert.True(asked > 10_000, $"Only {asked} answers were compared.");
    }

    private static void Record(MonitoringHarness monitoring, NaiveWindows model, Operation operation)
    {
        string name = Names[operation.Series];
        model.Record(Ticks(monitoring.Time.GetUtcNow()), name, operation.Value);
        foreach (string metric in (string[])["counter", "gauge", "histogram"])
            monitoring.Metrics.Record(metric, operation.Value, ("name", name));
    }

    private static int Compare(MonitoringHarness monitoring, NaiveWindows model, Operation operation, Question question)
    {
        DateTimeOffset now = monitoring.Time.GetUtcNow();
        DateTimeOffset? at = question.SecondsAgo < 0 ? null : now.AddSeconds(-question.SecondsAgo);
        TimeSpan range = TimeSpan.FromSeconds(question.Range);
        string? name = operation.Series < 0 ? null : Names[operation.Series];
        (double[] values, double seconds, bool isKnown) = model.Select(Ticks(now), at is null ? null : Ticks(at.Value), range, IsSelected);
        double? sum = values.Length == 0 ? null : values.Sum();

        Equal(sum ?? (isKnown ? 0 : null), Query("counter").Increase());
        Equal((sum ?? (isKnown ? 0 : null)) / seconds, Query("counter").Rate());
        Equal(model.Last(Ticks(now), at is null ? null : Ticks(at.Value), range, IsSelected), Query("gauge").Last());
        foreach (string metric in (string[])["gauge", "histogram"])
        {
            Equal(sum, Query(metric).Sum());
            Equal(values.Length == 0 ? null : values.Length, Query(metric).Count());
            Equal(values.Length == 0 ? null : values.Min(), Query(metric).Min());
            Equal(values.Length == 0 ? null : values.Max(), Query(metric).Max());
            Equal(sum / values.Length, Query(metric).Average());
            Equal(values.Length == 0 ? 1 : null, Query(metric).Absent());
        }

        double[] sorted = [.. values.Order()];
        foreach (double rank in (double[])[0, 0.5, 0.9, 0.99, 1])
        {
            double? found = monitoring.Value(Query("histogram").Quantile(rank), at);
            Assert.Equal(sorted.Length == 0, found is null);
            if (found is { } value)
                Assert.InRange(Math.Abs(value - sorted[(int)(rank * (sorted.Length - 1))]), 0, sorted[(int)(rank * (sorted.Length - 1))] * 0.01);
        }

        return 20;

        bool IsSelected(string series) => name is null || series == name;

        MetricQuery Query(string metric)
        {
            MetricQuery query = MetricQuery.Of(metric).Over(range);
            return name is null ? query : query.Where("name", name);
        }

        void Equal(double? expected, MetricQuery query)
        {
            double? found = monitoring.Value(query, at);
            Assert.True(
                expected is null ? found is null : found is { } value && Math.Abs(value - expected.Value) <= 1e-9 * Math.Max(1, Math.Abs(expected.Value)),
                $"{query} at {at:O}, now {now:O}: expected {expected}, found {found}.");
        }
    }

    private static long Ticks(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).Ticks;

    private sealed record Question(int Range, int SecondsAgo);

    private sealed record Operation(int Seconds, int Series, double Value, Question? Ask);
}
