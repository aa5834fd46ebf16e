using System.Globalization;

namespace Varai.Monitoring.ServiceLevels;

/// <summary>All that is counted for an objective, in less than 16 KB: slots of ten seconds for the shortest window, of a minute, of ten minutes and of an hour
/// (or a 720th of a longer period) for longer ones, and months for reports. Each event is in one slot of each. Not safe for two
/// threads.</summary>
internal sealed class ServiceLevelCounts
{
    private const int Months = 13;
    private const int SlotsOfPeriod = 720;

    private readonly ServiceLevelObjective _objective;
    private readonly CountRing[] _rings;
    private readonly List<(int Month, long Good, long Valid)> _months = new(Months);

    public ServiceLevelCounts(ServiceLevelObjective objective)
    {
        _objective = objective;
        TimeSpan last = TimeSpan.FromHours(Math.Max(1, Math.Ceiling((objective.Period / SlotsOfPeriod).TotalHours)));
        _rings =
        [
            new CountRing(TimeSpan.FromSeconds(10), 33),
            new CountRing(TimeSpan.FromMinutes(1), 63),
            new CountRing(TimeSpan.FromMinutes(10), 147),
            new CountRing(last, (int)Math.Ceiling(objective.Period / last) + 2),
        ];
    }

    /// <summary>The bytes of its counts.</summary>
    public int Size => _rings.Sum(r => r.Size) + (Months * 24);

    public void Add(in CountedEvents events)
    {
        foreach (CountRing ring in _rings)
            ring.Add(events.At, events.Good, events.Valid);
        AddMonth(MonthOf(events.At), events.Good, events.Valid);
    }

    /// <summary>The events of the last time, from the finest slots that reach so far back.</summary>
    public ServiceLevelCount Sum(TimeSpan window, DateTimeOffset now)
    {
        CountRing ring = _rings.FirstOrDefault(r => r.Reach >= window) ?? _rings[^1];
        (long good, long valid) = ring.Sum(now - window, now);
        return new ServiceLevelCount(good, valid);
    }

    public ServiceLevelCount SumOfMonth(int year, int month)
    {
        (int Month, long Good, long Valid) found = _months.Find(m => m.Month == (year * 12) + month - 1);
        return new ServiceLevelCount(found.Good, found.Valid);
    }

    /// <summary>The month that a moment falls into, counted from the year 0.</summary>
    public int MonthOf(DateTimeOffset at)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(at, _objective.TimeZone);
        return (local.Year * 12) + local.Month - 1;
    }

    public ServiceLevelDocument Write(IReadOnlyList<ServiceLevelWriter> writers) => new(
        ServiceLevelDocument.PresentFormat,
        _objective.Name,
        _objective.Indicator.ToString(),
        [.. _rings.Select(r => r.Write())],
        _months.ToDictionary(m => Text(m.Month), m => (IReadOnlyList<long>)[m.Good, m.Valid], StringComparer.Ordinal),
        writers);

    public static ServiceLevelCounts Read(ServiceLevelObjective objective, ServiceLevelDocument document)
    {
        var counts = new ServiceLevelCounts(objective);
        foreach (CountRingDocument ring in document.Rings)
            Array.Find(counts._rings, r => (long)r.Length.TotalSeconds == ring.Length)?.Read(ring);
        foreach ((string month, IReadOnlyList<long> events) in document.Months)
        {
            if (events.Count == 2 && DateTime.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime first))
                counts.AddMonth((first.Year * 12) + first.Month - 1, events[0], events[1]);
        }

        return counts;
    }

    private void AddMonth(int month, long good, long valid)
    {
        int index = _months.FindIndex(m => m.Month == month);
        if (index >= 0)
        {
            _months[index] = (month, _months[index].Good + good, _months[index].Valid + valid);
            return;
        }

        _months.Add((month, good, valid));
        _months.Sort(static (a, b) => a.Month.CompareTo(b.Month));
        if (_months.Count > Months)
            _months.RemoveAt(0);
    }

    private static string Text(int month) => string.Create(CultureInfo.InvariantCulture, $"{month / 12:0000}-{(month % 12) + 1:00}");
}
