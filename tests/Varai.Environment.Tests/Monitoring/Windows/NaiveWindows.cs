using Varai.Monitoring;

namespace Varai.Tests.Monitoring.Windows;

/// <summary>Keeps every measurement, and answers from them by what the documentation says of slots.</summary>
internal sealed class NaiveWindows(int slots, int minutes, int tens)
{
    private const long Slot = 10 * TimeSpan.TicksPerSecond;

    private readonly List<(int Slot, string Series, double Value)> _measurements = [];

    public void Record(long now, string series, double value) => _measurements.Add(((int)(now / Slot), series, value));

    /// <summary>The measurements of a range, and whether a counter is known there.</summary>
    public (double[] Values, double Seconds, bool IsKnown) Select(long now, long? at, TimeSpan range, Func<string, bool> isSelected)
    {
        int open = (int)(now / Slot);
        int firstSlot = open - slots + 1;
        int firstMinute = ((open - slots) / 6) - minutes + 1;
        int oldest = Oldest(open);
        bool isPast = at < now;
        int to = isPast ? Floor((int)(at!.Value / Slot)) : open + 1;
        long end = isPast ? at!.Value / Slot * Slot : now;
        int from = Floor(Math.Max(oldest, Math.Min((int)((end - Math.Max(range.Ticks, Slot)) / Slot), to - 1)));
        (int Slot, string Series, double Value)[] series = [.. _measurements.Where(m => isSelected(m.Series))];
        return (
            [.. series.Where(m => m.Slot >= from && m.Slot < to).Select(m => m.Value)],
            (Math.Min(now, to * Slot) - (from * Slot)) / (double)TimeSpan.TicksPerSecond,
            from < to && series.GroupBy(m => m.Series, m => m.Slot, StringComparer.Ordinal).Any(s => KnownSince([.. s], open) < to));

        // Down to a boundary of what is kept there.
        int Floor(int slot) => slot >= firstSlot ? slot : slot - (slot % 6) >= firstMinute * 6 ? slot - (slot % 6) : slot - (slot % 60);
    }

    /// <summary>The latest value of each series in a range, added up; it has the same range as <see cref="Select"/>.</summary>
    public double? Last(long now, long? at, TimeSpan range, Func<string, bool> isSelected)
    {
        double[] lasts =
        [
            .. _measurements.Select(m => m.Series).Distinct(StringComparer.Ordinal).Where(isSelected)
                .Select(series => Select(now, at, range, s => s == series).Values).Where(values => values.Length > 0).Select(values => values[^1]),
        ];
        return lasts.Length == 0 ? null : lasts.Sum();
    }

    /// <summary>A series is forgotten at the end of a slot when all it has is too old and it has been idle for 15 minutes.</summary>
    private int KnownSince(int[] measured, int open)
    {
        int since = measured[0];
        foreach ((int before, int next) in measured.Zip([.. measured.Skip(1), open]))
        {
            if (before < Math.Min(Oldest(next - 1), next - 1 - 90))
                since = next;
        }

        return since == open && measured[^1] != open ? int.MaxValue : since;
    }

    private int Oldest(int open) => (((((open - slots) / 6) - minutes) / 10) - tens + 1) * 60;
}
