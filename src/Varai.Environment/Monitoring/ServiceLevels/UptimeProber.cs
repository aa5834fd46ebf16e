using Microsoft.Extensions.Logging;

namespace Varai.Monitoring.ServiceLevels;

/// <summary>Asks the probes whose next slot has begun. Used by one thread at a time.</summary>
internal sealed class UptimeProber(TimeProvider time, ILogger<UptimeProber> logger)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly GuardedLogger _logger = new(logger);
    private readonly Lock _knowing = new();
    private readonly Dictionary<string, (long Slot, bool IsDown)> _last = new(StringComparer.Ordinal);

    /// <summary>Counts the slots that have begun since the last time; what is asked is asked at once.</summary>
    public async Task ProbeAsync(IEnumerable<ObjectiveCounter> counters, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        var probing = new List<Task>();
        foreach (ObjectiveCounter counter in counters)
        {
            if (counter.Objective.Indicator.Uptime is not { } slots)
                continue;
            long slot = (now - DateTimeOffset.UnixEpoch).Ticks / slots.Length.Ticks;
            if (!TryBegin(counter.Objective.Name, slot))
                continue;
            DateTimeOffset start = DateTimeOffset.UnixEpoch + (slot * slots.Length);
            if (!slots.IsMaintenance(start, counter.Objective))
                probing.Add(ProbeAsync(counter, slots, start, cancellationToken));
        }

        await Task.WhenAll(probing).ConfigureAwait(false);
    }

    private async Task ProbeAsync(ObjectiveCounter counter, UptimeSlots slots, DateTimeOffset start, CancellationToken cancellationToken)
    {
        (bool isUp, Exception? error) = await AskAsync(slots, cancellationToken).ConfigureAwait(false);

        // An answer that the end of the host cut short is none.
        if (!isUp && cancellationToken.IsCancellationRequested)
            return;
        counter.Add(new CountedEvents(start, isUp ? 1 : 0, 1));
        string name = counter.Objective.Name;
        if (!Changes(name, isUp))
            return;
        if (isUp)
            _logger.UptimeProbeUp(name);
        else
            _logger.UptimeProbeDown(error, name, slots.Probe.Description);
    }

    // A slot that was counted is not counted again, also when the clock was set back.
    private bool TryBegin(string name, long slot)
    {
        lock (_knowing)
        {
            (long last, bool isDown) = _last.GetValueOrDefault(name, (-1, false));
            if (slot <= last)
                return false;
            _last[name] = (slot, isDown);
            return true;
        }
    }

    private bool Changes(string name, bool isUp)
    {
        lock (_knowing)
        {
            (long slot, bool wasDown) = _last[name];
            _last[name] = (slot, !isUp);
            return isUp == wasDown;
        }
    }

    private async Task<(bool IsUp, Exception? Error)> AskAsync(UptimeSlots slots, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(slots.Length / 2 < LongestWait ? slots.Length / 2 : LongestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            // The wait ends with the token also when the probe ignores it.
            return (await slots.Probe.CheckAsync(either.Token).WaitAsync(either.Token).ConfigureAwait(false), null);
        }
        catch (Exception e)
        {
            return (false, e);
        }
    }
}
