using System.Globalization;
using Varai.Monitoring.Notifications.Dispatching;

namespace Varai.Monitoring.Notifications;

/// <summary>Adds up what was counted on some days.</summary>
internal static class FatigueReport
{
    public static AlertFatigueReport Create(DispatchState state, DateOnly from, DateOnly to)
    {
        (string first, string last) = (Key(from), Key(to));
        IEnumerable<AlertFatigueRule> rules = state.Days
            .Where(d => string.CompareOrdinal(d.Key, first) >= 0 && string.CompareOrdinal(d.Key, last) <= 0)
            .SelectMany(d => d.Value)
            .GroupBy(r => r.Key, r => r.Value, StringComparer.Ordinal)
            .Select(g => new AlertFatigueRule(
                g.Key, g.Sum(c => c.Fired), g.Sum(c => c.Notifications), g.Sum(c => c.Flaps), g.Sum(c => c.Acknowledged), g.Sum(c => c.ResolvedByHand), g.Sum(c => c.Escalated)))
            .OrderByDescending(r => r.Notifications)
            .ThenByDescending(r => r.Fired)
            .ThenBy(r => r.Name, StringComparer.Ordinal);
        return new AlertFatigueReport(from, to, [.. rules]);
    }

    private static string Key(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
}
