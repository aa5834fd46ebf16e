using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.Monitoring.Windows;

namespace Varai.Monitoring.ServiceLevels;

/// <summary>Asks the metric windows for what happened, each slot of ten seconds once, after it has ended. Used by one thread at a time.</summary>
internal sealed class ServiceLevelCollector
{
    private static readonly TimeSpan Slot = TimeSpan.FromTicks(WindowLayout.TicksOfSlot);

    // The windows and this may see a boundary at slightly different moments: slots are asked for when they are over for sure.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private readonly IMetricWindows _windows;
    private readonly WindowClock _clock;
    private readonly int _longest;
    private readonly GuardedLogger _logger;
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private long _next;

    public ServiceLevelCollector(IMetricWindows windows, IOptions<MonitoringOptions> options, TimeProvider time, ILogger<ServiceLevelCollector> logger)
    {
        _windows = windows;
        _clock = new WindowClock(time);
        _longest = Math.Max(1, (int)(options.Value.TenSecondRetention / Slot) - 2);
        _logger = new GuardedLogger(logger);
        _next = _clock.Now / WindowLayout.TicksOfSlot;
    }

    /// <summary>Counts the slots that have ended since the last time.</summary>
    public void Collect(IEnumerable<ObjectiveCounter> counters)
    {
        long end = (_clock.Now - (2 * Margin.Ticks)) / WindowLayout.TicksOfSlot;
        if (end <= _next)
            return;

        // What is longer ago than slots are kept was not measured either: the process did not run.
        TimeSpan range = Slot * Math.Min(end - _next, _longest);
        DateTimeOffset boundary = _clock.WallOf(end * WindowLayout.TicksOfSlot);
        _next = end;
        foreach (ObjectiveCounter counter in counters)
        {
            if (counter.Objective.Indicator.Valid is { } valid)
                Collect(counter, valid, range, boundary);
        }
    }

    private void Collect(ObjectiveCounter counter, MetricQuery validQuery, TimeSpan range, DateTimeOffset boundary)
    {
        string name = counter.Objective.Name;
        try
        {
            (long good, long valid) = Count(counter.Objective.Indicator, validQuery, range, boundary + Margin);
            counter.Add(new CountedEvents(boundary - Slot, good, valid));
            if (_failing.Remove(name))
                _logger.ServiceLevelCountedAgain(name);
        }
        catch (Exception e)
        {
            if (_failing.Add(name))
                _logger.ServiceLevelNotCounted(e, name);
        }
    }

    private (long Good, long Valid) Count(ServiceLevelIndicator indicator, MetricQuery validQuery, TimeSpan range, DateTimeOffset at)
    {
        long valid = Ask(validQuery);
        if (valid == 0)
            return (0, 0);
        long good = indicator switch
        {
            { Good: { } query } => Ask(query),
            { Bad: { } query } => valid - Ask(query),
            _ => (long)Math.Round(valid * (_windows.GetValue(validQuery.ShareUpTo(indicator.Threshold!.Value).Over(range), at) ?? 0)),
        };

        // Two metrics are not measured at one instant: of what is counted in one slot in one, and in the next in the other, something may be left over.
        return (Math.Clamp(good, 0, valid), valid);

        long Ask(MetricQuery query) => (long)Math.Round(_windows.GetValue(query.Over(range), at) ?? 0);
    }
}
