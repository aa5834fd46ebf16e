using Varai.Monitoring.Notifications.Routing;

namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>What keeps alerts from being told: inhibition, then the times of the route, then silences.</summary>
internal sealed class Muting(NotificationPlan plan, DispatchState state, FlapDamping flaps)
{
    /// <summary>What inhibits at a moment. To be asked once for all that is told at the moment.</summary>
    public Inhibition InhibitionAt(DateTimeOffset now) =>
        new(plan.InhibitRules, plan.InhibitRules.Count == 0 ? [] : state.Alerts.Values.Where(a => flaps.CountsAsFiring(a, now)));

    /// <summary>Why the times of a route allow nothing now; null when they allow it.</summary>
    public static string? FindQuietTime(CompiledRoute route, DateTimeOffset wall)
    {
        if (route.Active.Count > 0 && !route.Active.Any(i => i.Contains(wall)))
            return $"it is outside of the active time intervals {string.Join(", ", route.Active.Select(i => i.Name))}";
        return route.Mute.FirstOrDefault(i => i.Contains(wall)) is { } mute ? $"it is within the mute time interval {mute.Name}" : null;
    }

    public IReadOnlyList<string> FindSilences(IReadOnlyDictionary<string, string> labels, DateTimeOffset wall)
    {
        List<string>? found = null;
        foreach (SilenceEntry silence in state.Silences.Values)
        {
            if (silence.IsActive(wall) && silence.Compiled.AllMatch(labels))
                (found ??= []).Add(silence.Id);
        }

        return found is null ? [] : found;
    }

    /// <summary>Those of the alerts that nothing keeps back.</summary>
    public List<AlertEntry> Pass(CompiledRoute route, IEnumerable<AlertEntry> alerts, Inhibition inhibition, Instant at) =>
        FindQuietTime(route, at.Wall) is not null
            ? []
            : [.. alerts.Where(a => inhibition.Find(a.Labels).Count == 0 && FindSilences(a.Labels, at.Wall).Count == 0)];
}
