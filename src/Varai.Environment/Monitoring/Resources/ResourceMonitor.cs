using Microsoft.Extensions.Logging;

namespace Varai.Monitoring.Resources;

/// <summary>Reads the resources for whoever asks. Those who ask within a second get one reading; the metrics and the callers of
/// <see cref="GetUsage"/> each have utilisations over their own intervals.</summary>
internal sealed class ResourceMonitor(IResourceReader reader, TimeProvider time, ILogger<ResourceMonitor> logger) : IResourceMonitor, IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly GuardedLogger _logger = new(logger);
    private readonly Lock _reading = new();
    private (ResourceUsage Usage, long Timestamp)? _latest;
    private ResourceObservation? _asked;
    private ResourceObservation? _measured;
    private bool _isDisposed;

    public ResourceUsage GetUsage() => Observe(ref _asked)?.Usage ?? throw new ObjectDisposedException(nameof(IResourceMonitor));

    /// <summary>The reading for the instruments; null after the end.</summary>
    public ResourceObservation? ObserveForMetrics() => Observe(ref _measured);

    public void Dispose()
    {
        lock (_reading)
        {
            _isDisposed = true;
            reader.Dispose();
        }
    }

    private ResourceObservation? Observe(ref ResourceObservation? last)
    {
        ResourceObservation? observed;
        SystemFileTrouble[] troubles;
        lock (_reading)
        {
            if (_isDisposed)
                return null;
            observed = Advance(ref last);
            troubles = reader.TakeTroubles();
        }

        foreach (SystemFileTrouble trouble in troubles)
            _logger.ResourceUnreadable(trouble.Error, trouble.Path, trouble.Reason);
        return observed;
    }

    private ResourceObservation Advance(ref ResourceObservation? last)
    {
        long now = time.GetTimestamp();
        if (_latest is not { } latest || time.GetElapsedTime(latest.Timestamp, now) >= Freshness)
            _latest = latest = (reader.Read(time.GetUtcNow()), now);
        if (last is { } known && known.Timestamp == latest.Timestamp)
            return known;
        TimeSpan elapsed = last is null ? TimeSpan.Zero : time.GetElapsedTime(last.Timestamp, latest.Timestamp);
        last = new ResourceObservation(latest.Usage.Since(last?.Usage, elapsed), latest.Timestamp, last?.Usage);
        return last;
    }
}
