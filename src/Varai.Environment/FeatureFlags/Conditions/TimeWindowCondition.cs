namespace Varai.FeatureFlags.Conditions;

/// <summary>The filter <c>Microsoft.TimeWindow</c>: met from a start until an end, and again wherever the window recurs.</summary>
/// <remarks>
/// <para>Parameters: <c>Start</c>, <c>End</c> and <c>Recurrence</c> as in Microsoft.FeatureManagement; with neither start nor end it
/// is never met. What theirs refuses when it evaluates is an error here when the flags are loaded.</para>
/// <para>Ours is <c>TimeZone</c>, an IANA id such as <c>Europe/Berlin</c> (or a Windows id where the system knows them). With it a
/// date without an offset is a time in that zone, and a recurrence keeps to its weekdays and to its time of day through summer and
/// winter: an occurrence opens and closes when the clocks there say so. A time that the clocks skip stands for the first moment
/// after it; one that they show twice stands for the first. Without it weekdays are those of the offset that <c>Start</c> was
/// written with, and a date without an offset is refused, because it would mean another moment on every machine.</para>
/// </remarks>
internal sealed class TimeWindowCondition(string rule, WindowMoment? start, WindowMoment? end, WindowRecurrence? recurrence) : FlagCondition
{
    public static FlagCondition? Compile(ConditionSource source)
    {
        return TimeWindowReader.TryRead(source, out WindowMoment? start, out WindowMoment? end, out WindowRecurrence? recurrence)
            ? new TimeWindowCondition(source.Rule, start, end, recurrence)
            : null;
    }

    public override bool IsMet(ref FlagQuery query)
    {
        bool met = IsOpen(query.UtcNow.UtcTicks, query.Trace);
        if (met)
            query.Decide(FlagReason.TargetingMatch, rule);
        return met;
    }

    private bool IsOpen(long now, FlagTrace? trace)
    {
        if (start is null && end is null)
        {
            trace?.Add(rule, outcome: false, "it has neither Start nor End, so it is never open");
            return false;
        }

        if (start is { } opening && now < opening.Utc)
        {
            trace?.Add(rule, outcome: false, $"{WindowMoment.Format(now)} is before Start, {opening}");
            return false;
        }

        if (end is not { } closing || now < closing.Utc)
        {
            trace?.Add(rule, outcome: true, $"{WindowMoment.Format(now)} is {Describe()}");
            return true;
        }

        if (recurrence is null)
        {
            trace?.Add(rule, outcome: false, $"{WindowMoment.Format(now)} is not before End, {closing}");
            return false;
        }

        WindowOccurrence last = recurrence.Find(now);
        bool met = last.IsInRange && now < last.Until;
        trace?.Add(rule, met, Describe(now, last));
        return met;
    }

    private string Describe() =>
        start is null ? $"before End, {end}" : end is null ? $"not before Start, {start}" : $"between Start, {start}, and End, {end}";

    private static string Describe(long now, WindowOccurrence last) =>
        last.IsInRange
            ? $"{WindowMoment.Format(now)} is {(now < last.Until ? "in" : "after")} occurrence {last.Number}, "
                + $"from {WindowMoment.Format(last.From)} until {WindowMoment.Format(last.Until)}"
            : $"{WindowMoment.Format(now)} is after the last occurrence";
}
