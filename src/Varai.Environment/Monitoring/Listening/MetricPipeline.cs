using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.Diagnostics;

namespace Varai.Monitoring.Listening;

/// <summary>Listens to the meters and tells every sink, from before the service's own hosted services start until after they have
/// stopped.</summary>
internal sealed class MetricPipeline : IHostedLifecycleService, IDisposable
{
    private readonly MeterFilter _filter;
    private readonly GuardedSink[] _sinks;
    private readonly TimeProvider _time;
    private readonly TimeSpan _pollInterval;
    private readonly GuardedLogger _logger;
    private readonly MeterListener _listener = new();
    private ITimer? _poll;
    private int _nextId = -1;
    private int _isPolling;
    private bool _hasFailed;

    public MetricPipeline(
        IEnumerable<IMetricSink> sinks,
        IOptions<MonitoringOptions> options,
        TimeProvider time,
        ILogger<MetricPipeline> logger,
        IMeterFactory? meters = null)
    {
        _filter = new MeterFilter([IMetrics.MeterName, VaraiDiagnostics.Name, .. options.Value.Meters], meters);
        _logger = new GuardedLogger(logger);
        _sinks = [.. sinks.Select(sink => new GuardedSink(sink, time, _logger))];
        _time = time;
        _pollInterval = options.Value.PollInterval;
        _listener.InstrumentPublished = Publish;
        _listener.SetMeasurementEventCallback<double>(static (_, value, labels, tap) => ((MetricTap)tap!).Record(value, labels));
        _listener.SetMeasurementEventCallback<float>(static (_, value, labels, tap) => ((MetricTap)tap!).Record(value, labels));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, labels, tap) => ((MetricTap)tap!).Record((double)value, labels));
        _listener.SetMeasurementEventCallback<long>(static (_, value, labels, tap) => ((MetricTap)tap!).Record(value, labels));
        _listener.SetMeasurementEventCallback<int>(static (_, value, labels, tap) => ((MetricTap)tap!).Record(value, labels));
        _listener.SetMeasurementEventCallback<short>(static (_, value, labels, tap) => ((MetricTap)tap!).Record(value, labels));
        _listener.SetMeasurementEventCallback<byte>(static (_, value, labels, tap) => ((MetricTap)tap!).Record(value, labels));
    }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        _poll = _time.CreateTimer(static self => ((MetricPipeline)self!).Poll(), this, _pollInterval, _pollInterval);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _poll?.Dispose();
        _listener.Dispose();
    }

    private void Publish(Instrument instrument, MeterListener listener)
    {
        if (MetricTap.KindOf(instrument) is not { } kind || !_filter.Accepts(instrument.Meter.Name, instrument.Meter.Scope))
            return;
        var described = new MetricInstrument(Interlocked.Increment(ref _nextId), instrument.Name, kind)
        {
            Meter = instrument.Meter.Name,
            Unit = instrument.Unit,
            Description = instrument.Description,
        };
        listener.EnableMeasurementEvents(instrument, new MetricTap(described, _sinks));
    }

    /// <summary>Reads the observable instruments, unless the last time has not ended: their callbacks are the service's code and may
    /// hang.</summary>
    private void Poll()
    {
        if (Interlocked.Exchange(ref _isPolling, 1) != 0)
            return;
        try
        {
            _listener.RecordObservableInstruments();
            if (_hasFailed)
                _logger.ObservableInstrumentsRecovered();
            _hasFailed = false;
        }
        catch (Exception e)
        {
            if (!_hasFailed)
                _logger.ObservableInstrumentsFailed(e, _pollInterval);
            _hasFailed = true;
        }
        finally
        {
            Volatile.Write(ref _isPolling, 0);
        }
    }
}
