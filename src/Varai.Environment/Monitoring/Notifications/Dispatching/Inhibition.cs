using System.Runtime.InteropServices;
using Varai.Monitoring.Notifications.Routing;

namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>Which alerts keep which others from being told, at one moment.</summary>
internal sealed class Inhibition
{
    private readonly (InhibitRule Rule, Dictionary<string, Sources> ByKey)[] _rules;

    public Inhibition(IReadOnlyList<InhibitRule> rules, IEnumerable<AlertEntry> firing)
    {
        _rules = [.. rules.Select(r => (r, new Dictionary<string, Sources>(StringComparer.Ordinal)))];
        if (rules.Count == 0)
            return;
        foreach (AlertEntry alert in firing.OrderBy(a => a.Fingerprint, StringComparer.Ordinal))
        {
            foreach ((InhibitRule rule, Dictionary<string, Sources> byKey) in _rules)
            {
                if (!rule.IsSource(alert.Labels))
                    continue;
                string key = rule.KeyOf(alert.Labels);
                Sources known = byKey.GetValueOrDefault(key);
                byKey[key] = new Sources(known.Any ?? alert.Fingerprint, known.OneSided ?? (rule.IsTarget(alert.Labels) ? null : alert.Fingerprint));
            }
        }
    }

    /// <summary>The fingerprints of the alerts that keep one with these labels back; one for each rule.</summary>
    public IReadOnlyList<string> Find(IReadOnlyDictionary<string, string> labels)
    {
        List<string>? found = null;
        foreach ((InhibitRule rule, Dictionary<string, Sources> byKey) in _rules)
        {
            if (!rule.IsTarget(labels) || !byKey.TryGetValue(rule.KeyOf(labels), out Sources sources))
                continue;
            if ((rule.IsSource(labels) ? sources.OneSided : sources.Any) is { } by)
                (found ??= []).Add(by);
        }

        return found is null ? [] : found;
    }

    // One alert of each kind is enough: whichever it is, the target is kept back.
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Sources(string? Any, string? OneSided);
}
