namespace Varai.Monitoring.ServiceLevels;

/// <summary>Counts the events of one objective: those of all nodes that are written down, and those of this node that are not yet. Safe from any
/// thread.</summary>
internal sealed class ObjectiveCounter(ServiceLevelObjective objective)
{
    private const int MaxPending = 500;

    private static readonly TimeSpan[] Lengths = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromDays(1)];

    private readonly Lock _counting = new();
    private ServiceLevelCounts _counts = new(objective);
    private List<CountedEvents> _pending = [];
    private CountedEvents[] _attempt = [];
    private long _addition;

    public ServiceLevelObjective Objective => objective;

    public void Add(CountedEvents events)
    {
        if (events.Valid == 0)
            return;
        lock (_counting)
        {
            _counts.Add(events);
            _pending.Add(events);
            if (_pending.Count > MaxPending)
                Condense();
        }
    }

    public ServiceLevelCount Sum(TimeSpan window, DateTimeOffset now)
    {
        lock (_counting)
            return _counts.Sum(window, now);
    }

    public ServiceLevelCount SumOfMonth(int year, int month)
    {
        lock (_counting)
            return _counts.SumOfMonth(year, month);
    }

    public int MonthOf(DateTimeOffset at)
    {
        lock (_counting)
            return _counts.MonthOf(at);
    }

    /// <summary>What has to be written down, and the number of this addition: the same as before until it is known to have been made, since a write that
    /// ended in an error may have been made.</summary>
    public (CountedEvents[] Events, long Addition) TakeAddition()
    {
        lock (_counting)
        {
            if (_attempt.Length == 0 && _pending.Count > 0)
            {
                (_attempt, _pending) = ([.. _pending], []);
                _addition++;
            }

            return (_attempt, _addition);
        }
    }

    /// <summary>Takes over what is written down now, with the addition in it.</summary>
    public void Adopt(ServiceLevelCounts written)
    {
        lock (_counting)
        {
            _attempt = [];
            foreach (CountedEvents events in _pending)
                written.Add(events);
            _counts = written;
        }
    }

    // A store that is away for long must not fill the memory: the older, the longer the slots that are put together.
    private void Condense()
    {
        foreach (TimeSpan length in Lengths)
        {
            _pending =
            [
                .. _pending.GroupBy(e => (e.At.UtcTicks / length.Ticks, Month: _counts.MonthOf(e.At)))
                    .Select(g => new CountedEvents(g.Last().At, g.Sum(e => e.Good), g.Sum(e => e.Valid))),
            ];
            if (_pending.Count <= MaxPending / 2)
                return;
        }
    }
}
