using Varai.Monitoring;

namespace Varai.Tests.Monitoring.Recording;

public sealed class MeasuringTests : IDisposable
{
    private readonly MonitoringHarness _monitoring = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _monitoring.Dispose();

    [Fact]
    public void Measure_Success_RecordsTheDurationInSeconds()
    {
        int given = _monitoring.Metrics.Measure("work", () =>
        {
            _monitoring.Time.Advance(TimeSpan.FromMilliseconds(1500));
            return 42;
        }, ("region", "eu"));

        Assert.Equal(42, given);
        Assert.Equal(1.5, _monitoring.Value(MetricQuery.Of("work").Where("outcome", "success").Where("region", "eu").Max()));
        Assert.Equal(["outcome=success region=eu"], Series());
        Assert.Equal("s", Assert.Single(_monitoring.Windows.GetMetrics(), m => m.Name == "work").Unit);
    }

    [Fact]
    public void Measure_AnError_IsThrownOnAndToldByItsType()
    {
        var failure = new TimeoutException("s3cr3t-canary");

        Assert.Same(failure, Assert.Throws<TimeoutException>(() => _monitoring.Metrics.Measure("work", () => throw failure)));

        Assert.Equal(["error.type=System.TimeoutException outcome=error"], Series());
    }

    [Fact]
    public async Task MeasureAsync_Success_IsMeasuredToTheEnd()
    {
        var gate = new TaskCompletionSource<int>();
        Task<int> running = _monitoring.Metrics.MeasureAsync("work", _ => gate.Task, [("region", "eu")], Token);
        _monitoring.Time.Advance(TimeSpan.FromSeconds(2));
        gate.SetResult(7);

        Assert.Equal(7, await running);
        Assert.Equal(2, _monitoring.Value(MetricQuery.Of("work").Max()));
        Assert.Equal(["outcome=success region=eu"], Series());
    }

    [Fact]
    public async Task MeasureAsync_WithoutAValue_IsMeasured()
    {
        await _monitoring.Metrics.MeasureAsync("work", _ => Task.CompletedTask, cancellationToken: Token);
        await Assert.ThrowsAsync<TimeoutException>(() => _monitoring.Metrics.MeasureAsync("work", _ => Task.FromException(new TimeoutException()), cancellationToken: Token));

        Assert.Equal(["error.type=System.TimeoutException outcome=error", "outcome=success"], Series());
    }

    [Fact]
    public async Task MeasureAsync_Cancelled_IsNoError()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _monitoring.Metrics.MeasureAsync("work", token => Task.FromCanceled<int>(token), cancellationToken: cancelled));

        Assert.Equal(["outcome=canceled"], Series());
    }

    [Fact]
    public void Measure_TheNameOfACounter_IsRefusedBeforeAnythingIsDone()
    {
        _monitoring.Metrics.Counter("work");
        bool isDone = false;

        Assert.Throws<InvalidOperationException>(() => _monitoring.Metrics.Measure("work", () => isDone = true));
        Assert.Throws<ArgumentException>(() => _monitoring.Metrics.Measure("no name", () => isDone = true));
        Assert.False(isDone);
    }

    private string[] Series() =>
    [
        .. _monitoring.Windows.GetValues(MetricQuery.Of("work").Count().BySeries())
            .Select(v => string.Join(' ', v.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"))).Order(StringComparer.Ordinal),
    ];
}
