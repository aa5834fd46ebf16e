using System.Globalization;

namespace Varai.FeatureFlags.Engine;

/// <summary>Holds within a time window, and within those that follow it.</summary>
internal sealed class TimeWindowTest : CompiledCondition
{
    private readonly TimeWindowCondition _condition;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly long _end;
    private readonly RecurrenceTest? _recurrence;

    public TimeWindowTest(TimeWindowCondition condition, TimeProvider time)
    {
        _condition = condition;
        _time = time;
        _start = condition.Start?.UtcTicks ?? long.MinValue;
        _end = condition.End?.UtcTicks ?? long.MaxValue;
        _recurrence = condition.Recurrence is { } recurrence ? new RecurrenceTest(condition.Start!.Value, condition.End!.Value, recurrence) : null;
    }

    public override FlagVerdict Test(FlagContext? context)
    {
        long now = _time.GetUtcNow().UtcTicks;
        return Of(now >= _start && (now < _end || _recurrence?.Contains(now) == true));
    }

    public override string Explain(FlagContext? context)
    {
        string from = _condition.Start is { } start ? $" from {Text(start)}" : "";
        string to = _condition.End is { } end ? $" to {Text(end)}" : "";
        return $"the time window{from}{to}{(_recurrence is null ? "" : " and its recurrences")}; it is {Text(_time.GetUtcNow())}";
    }

    private static string Text(DateTimeOffset date) => date.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}
