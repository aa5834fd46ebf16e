using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Varai.Promotion.Gates;

/// <summary>A time when nothing is promoted: when it begins, again and again, and how long it lasts.</summary>
internal sealed class FreezeWindow
{
    private const string For = " for ";
    private const string In = " in ";
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    private readonly CronExpression _begin;
    private readonly TimeSpan _length;
    private readonly TimeZoneInfo _zone;
    private readonly string _text;

    private FreezeWindow(CronExpression begin, TimeSpan length, TimeZoneInfo zone, string text)
    {
        _begin = begin;
        _length = length;
        _zone = zone;
        _text = text;
    }

    /// <summary>Parses <c>cron for length in zone</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="window">The window.</param>
    /// <param name="problem">What is wrong, as the rest of "but ...".</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out FreezeWindow? window, [NotNullWhen(false)] out string? problem)
    {
        window = null;
        int length = text.IndexOf(For, StringComparison.Ordinal);
        if (length < 0)
        {
            problem = "must be 'cron for length' or 'cron for length in zone', such as '0 16 * * FRI for 2.16:00:00 in Europe/Vienna'";
            return false;
        }

        int zone = text.IndexOf(In, length, StringComparison.Ordinal);
        string duration = text[(length + For.Length)..(zone < 0 ? text.Length : zone)].Trim();
        TimeZoneInfo? place = TimeZoneInfo.Utc;
        if (CronExpression.TryParse(text[..length]) is not { } begin)
            problem = $"'{text[..length]}' must be a cron expression of five fields";
        else if (!TimeSpan.TryParse(duration, CultureInfo.InvariantCulture, out TimeSpan lasts) || lasts <= TimeSpan.Zero || lasts > Longest)
            problem = $"'{duration}' must be a time of up to {Longest.Days} days, such as 2.16:00:00";
        else if (zone >= 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(text[(zone + In.Length)..].Trim(), out place))
            problem = $"'{text[(zone + In.Length)..].Trim()}' is no time zone that this machine knows";
        else
            (window, problem) = (new FreezeWindow(begin, lasts, place, text), null);
        return window is not null;
    }

    /// <summary>The end of the window that a moment lies in; null when it lies in none.</summary>
    public DateTimeOffset? EndOf(DateTimeOffset now)
    {
        DateTime local = TimeZoneInfo.ConvertTime(now, _zone).DateTime;

        // A day more than its length: the clocks may have been set meanwhile.
        DateTime oldest = local - _length - TimeSpan.FromDays(1);
        for (DateTime? at = _begin.Last(local, oldest); at is { } begun; at = _begin.Last(begun.AddMinutes(-1), oldest))
        {
            DateTimeOffset end = ToUtc(begun) + _length;
            if (end <= now)
                return null;
            if (ToUtc(begun) <= now)
                return end;
        }

        return null;
    }

    public override string ToString() => _text;

    private DateTimeOffset ToUtc(DateTime local)
    {
        // A time that the clocks skip is taken as that much later, one that comes twice as the first.
        if (_zone.IsInvalidTime(local))
            local = local.AddHours(1);
        TimeSpan offset = _zone.IsAmbiguousTime(local) ? _zone.GetAmbiguousTimeOffsets(local).Max() : _zone.GetUtcOffset(local);
        return new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), offset).ToUniversalTime();
    }
}
