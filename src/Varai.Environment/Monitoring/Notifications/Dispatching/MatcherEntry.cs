namespace Varai.Monitoring.Notifications.Dispatching;

internal sealed record MatcherEntry(string Label, LabelComparison Comparison, string Value);
