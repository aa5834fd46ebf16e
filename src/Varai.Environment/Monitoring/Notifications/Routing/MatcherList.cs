namespace Varai.Monitoring.Notifications.Routing;

internal static class MatcherList
{
    public static bool AllMatch(this IReadOnlyList<LabelMatcher> matchers, IReadOnlyDictionary<string, string> labels)
    {
        foreach (LabelMatcher matcher in matchers)
        {
            if (!matcher.Matches(labels.GetValueOrDefault(matcher.Label) ?? ""))
                return false;
        }

        return true;
    }

    public static string Write(this IEnumerable<LabelMatcher> matchers) =>
        $"{{{string.Join(',', matchers.Select(m => m.ToString()).Order(StringComparer.Ordinal))}}}";
}
