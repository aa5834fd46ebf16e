using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring;
using Varai.Monitoring.Resources;

namespace Varai.Tests.Monitoring.Resources;

public sealed class ResourceMonitorTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger<ResourceMonitor> _logger = new();
    private readonly ScriptedReader _reader = new();
    private readonly ResourceMonitor _monitor;

    public ResourceMonitorTests() => _monitor = new ResourceMonitor(_reader, _time, _logger);

    public void Dispose()
    {
        _monitor.Dispose();
        _reader.Dispose();
    }

    [Fact]
    public void GetUsage_First_HasNoUtilisations()
    {
        ResourceUsage usage = _monitor.GetUsage();

        Assert.Equal(_time.GetUtcNow(), usage.ObservedAt);
        Assert.Null(usage.Process.CpuUtilization);
        Assert.Null(usage.Container!.CpuUsage);
        Assert.Null(usage.Host.CpuUtilization);
    }

    [Fact]
    public void GetUsage_Second_IsOverTheTimeBetween()
    {
        _monitor.GetUsage();
        _time.Advance(TimeSpan.FromSeconds(10));
        _reader.Spend(process: 2, container: 4, busy: 5, idle: 15);

        ResourceUsage usage = _monitor.GetUsage();

        Assert.Equal(0.4, usage.Process.CpuUtilization!.Value, 9); // 0.2 processors of the 0.5 that it may use
        Assert.Equal(0.4, usage.Container!.CpuUsage!.Value, 9);
        Assert.Equal(0.8, usage.Container.CpuUtilization!.Value, 9);
        Assert.Equal(0.25, usage.Host.CpuUtilization!.Value, 9);
    }

    [Fact]
    public void GetUsage_WithinASecond_IsTheSameReading()
    {
        ResourceUsage first = _monitor.GetUsage();
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Same(first, _monitor.GetUsage());

        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.NotSame(first, _monitor.GetUsage());
        Assert.Equal(2, _reader.Count);
    }

    [Fact]
    public void ObserveForMetrics_BetweenCallsOfGetUsage_KeepsItsOwnInterval()
    {
        _monitor.ObserveForMetrics();
        for (int i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            _reader.Spend(process: i == 4 ? 0 : 0.5, container: 0, busy: 1, idle: 1);
            _monitor.GetUsage();
        }

        Assert.Equal(0, _monitor.GetUsage().Process.CpuUtilization);
        Assert.Equal(0.4, _monitor.ObserveForMetrics()!.Usage.Process.CpuUtilization!.Value, 9); // 2 s in 10 s of 0.5 processors
        Assert.Equal(6, _reader.Count);
    }

    [Fact]
    public void GetUsage_TotalsThatFell_HaveNoUtilisation()
    {
        _reader.Spend(process: 0, container: 50, busy: 50, idle: 50);
        _monitor.GetUsage();
        _time.Advance(TimeSpan.FromSeconds(10));
        _reader.Spend(process: 1, container: -40, busy: -40, idle: -40);

        ResourceUsage usage = _monitor.GetUsage();

        Assert.NotNull(usage.Process.CpuUtilization);
        Assert.Null(usage.Container!.CpuUsage);
        Assert.Null(usage.Host.CpuUtilization);
    }

    [Fact]
    public void GetUsage_TheWallClockIsSetBack_StaysRight()
    {
        var clock = new WallClock(_time);
        using var monitor = new ResourceMonitor(_reader, clock, _logger);
        monitor.GetUsage();
        clock.Ahead = TimeSpan.FromDays(-1);
        _time.Advance(TimeSpan.FromSeconds(10));
        _reader.Spend(process: 2, container: 0, busy: 0, idle: 0);

        Assert.Equal(0.4, monitor.GetUsage().Process.CpuUtilization!.Value, 9);
    }

    [Fact]
    public void GetUsage_ATrouble_IsLogged()
    {
        _reader.Trouble = new SystemFileTrouble("/proc/stat", "it does not hold the time", Error: null);
        _monitor.GetUsage();
        _monitor.GetUsage();

        FakeLogRecord record = Assert.Single(_logger.Collector.GetSnapshot());
        Assert.Equal(1510, record.Id.Id);
        Assert.Equal("Metrics of resources that come from /proc/stat are missing: it does not hold the time. It is not said again.", record.Message);
    }

    [Fact]
    public void GetUsage_AfterTheEnd_Throws()
    {
        _monitor.Dispose();

        Assert.Throws<ObjectDisposedException>(_monitor.GetUsage);
        Assert.Null(_monitor.ObserveForMetrics());
        Assert.True(_reader.IsDisposed);
    }

    [Fact]
    public void GetUsage_FromManyThreads_IsOneReadingAtATime()
    {
        Parallel.For(0, 200, _ =>
        {
            Assert.NotNull(_monitor.GetUsage());
            Assert.NotNull(_monitor.ObserveForMetrics());
        });

        Assert.Equal(1, _reader.Count);
    }

    private sealed class WallClock(FakeTimeProvider time) : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Ahead;

        public override long GetTimestamp() => time.GetTimestamp();
    }

    private sealed class ScriptedReader : IResourceReader
    {
        private double _process;
        private double _container;
        private double _busy;
        private double _idle;

        public int Count { get; private set; }

        public bool IsDisposed { get; private set; }

        public SystemFileTrouble? Trouble { get; set; }

        public void Spend(double process, double container, double busy, double idle)
        {
            _process += process;
            _container += container;
            _busy += busy;
            _idle += idle;
        }

        public ResourceUsage Read(DateTimeOffset now)
        {
            Count++;
            return new ResourceUsage(
                now,
                new ProcessUsage { CpuTimeUser = TimeSpan.FromSeconds(_process), CpuCount = 0.5 },
                new HostUsage { CpuCount = 2, CpuTime = new HostCpuTime { User = TimeSpan.FromSeconds(_busy), Idle = TimeSpan.FromSeconds(_idle) } })
            {
                Container = new ContainerUsage { CpuTime = TimeSpan.FromSeconds(_container), CpuLimit = 0.5 },
            };
        }

        public SystemFileTrouble[] TakeTroubles()
        {
            SystemFileTrouble[] troubles = Trouble is { } trouble ? [trouble] : [];
            Trouble = null;
            return troubles;
        }

        public void Dispose() => IsDisposed = true;
    }
}
