using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Varai.Monitoring.ServiceLevels;

/// <summary>How an objective was met in a calendar month.</summary>
/// <param name="Objective">The objective.</param>
/// <param name="Year">The year.</param>
/// <param name="Month">The month, from 1 to 12, in the objective's time zone.</param>
/// <param name="Events">What was counted in it.</param>
public sealed record ServiceLevelReport(ServiceLevelObjective Objective, int Year, int Month, ServiceLevelCount Events)
{
    // For files and logs, not for pages of HTML, where a plus sign would have to be masked.
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>When the report was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether the month has ended; otherwise the numbers are of its part so far.</summary>
    public bool IsComplete { get; init; }

    /// <summary>How much of the month's error budget is used: 1 is all of it. <see langword="null"/> when there were no events.</summary>
    public double? BudgetUsed => Events.BudgetUsed(Objective.ErrorBudget);

    /// <summary>Whether the target was met; <see langword="null"/> when there were no events.</summary>
    public bool? IsMet => BudgetUsed is { } used ? used <= 1 + 1e-12 : null;

    private string NoData => Objective.Indicator.Uptime?.NoData switch { NoDataRule.Down => "down", NoDataRule.Up => "up", _ => "excluded" };

    private TimeSpan SlotLength => Objective.Indicator.Uptime?.Length ?? TimeSpan.FromSeconds(10);

    private string Outcome => IsMet switch { true => "met", false => "missed", null => "no events" };

    /// <summary>The report as a page of Markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        CultureInfo culture = CultureInfo.InvariantCulture;
        text.AppendLine(culture, $"# {Objective.Name}, {Year:0000}-{Month:00}: {Outcome}");
        text.AppendLine();
        text.AppendLine("| | |");
        text.AppendLine("| --- | --- |");
        text.AppendLine(culture, $"| target | {Percent(Objective.Target)} |");
        text.AppendLine(culture, $"| reached | {(Events.Ratio is { } ratio ? Percent(ratio) : "no events")} |");
        text.AppendLine(culture, $"| good events | {Events.Good} of {Events.Valid} |");
        text.AppendLine(culture, $"| error budget used | {(BudgetUsed is { } used ? Percent(used) : "none")} |");
        text.AppendLine(culture, $"| counted | {Objective.Indicator.ToString().Replace("|", "\\|", StringComparison.Ordinal)} |");
        text.AppendLine(culture, $"| times without data | {NoData} |");
        text.AppendLine(culture, $"| slots | {SlotLength:c} |");
        text.AppendLine(culture, $"| time zone | {Objective.TimeZone.Id} |");
        text.AppendLine(culture, $"| made | {CreatedAt:u}{(IsComplete ? "" : ", before the end of the month")} |");
        return text.ToString();
    }

    /// <summary>The report as JSON.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Readable))
        {
            json.WriteStartObject();
            json.WriteString("objective", Objective.Name);
            json.WriteString("month", string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}"));
            json.WriteBoolean("isComplete", IsComplete);
            json.WriteNumber("target", Objective.Target);
            Write(json, "reached", Events.Ratio);
            json.WriteNumber("goodEvents", Events.Good);
            json.WriteNumber("validEvents", Events.Valid);
            Write(json, "budgetUsed", BudgetUsed);
            if (IsMet is { } isMet)
                json.WriteBoolean("isMet", isMet);
            else
                json.WriteNull("isMet");
            json.WriteString("indicator", Objective.Indicator.ToString());
            json.WriteString("noData", NoData);
            json.WriteString("slotLength", SlotLength.ToString("c", CultureInfo.InvariantCulture));
            json.WriteString("timeZone", Objective.TimeZone.Id);
            json.WriteString("createdAt", CreatedAt);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.####} %");
}
