using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Varai.Tests.FeatureFlags.Peer;

/// <summary>Documents in Microsoft's two schemas, at random, that Microsoft.FeatureManagement accepts; the same for the same seed.</summary>
internal sealed class RandomFlags(int seed)
{
    private static readonly string[] Users = ["alice", "Alice", "bob", "carol", "dave", "erin", "Grüße", "日本", "a b", "x@y.example", "", "😀", "\uD800", "0", "long-" + new string('u', 70)];
    private static readonly string[] Groups = ["beta", "Beta", "staff", "Ring0", "ring 1", "é"];
    private static readonly double[] Percentages = [0, 100, 50, 25, 1, 99.99, 0.01, 33.333333333333336, 61.711342, 61.7113, 12.5, 99.99999999];

    private readonly Random _random = new(seed);

    /// <summary>The moment that windows are near.</summary>
    public static DateTimeOffset Base { get; } = new(2026, 3, 11, 15, 30, 0, TimeSpan.Zero);

    public IReadOnlyList<string> Names { get; private set; } = [];

    public string Document(int flags)
    {
        var names = new List<string>();
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("feature_management");
            json.WriteStartArray("feature_flags");
            int newer = flags * 4 / 5;
            for (int i = 0; i < newer; i++)
            {
                names.Add(Pick("Flag", "flag.", "Ünïcode") + i.ToString(CultureInfo.InvariantCulture));
                WriteFlag(json, names[^1]);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartObject("FeatureManagement");
            for (int i = newer; i < flags; i++)
            {
                names.Add("Old" + i.ToString(CultureInfo.InvariantCulture));
                WriteOldFlag(json, names[^1]);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        Names = names;
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    public (string? User, string[] Groups) Caller() =>
        (Chance(0.05) ? null : Chance(0.5) ? User() : "user-" + _random.Next().ToString(CultureInfo.InvariantCulture), Some(Groups, 3));

    public TimeSpan Step() => TimeSpan.FromMinutes(_random.Next(1, 600));

    private void WriteFlag(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject();
        json.WriteString("id", name);
        if (Chance(0.97))
        {
            if (Chance(0.1))
                json.WriteString("enabled", Pick("true", "True", "false", "FALSE"));
            else
                json.WriteBoolean("enabled", Chance(0.85));
        }

        if (Chance(0.8))
        {
            json.WriteStartObject("conditions");
            if (Chance(0.5))
                json.WriteString("requirement_type", Pick("Any", "All", "all", "any"));
            json.WriteStartArray("client_filters");
            WriteFilters(json, "name", "parameters", least: 0);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        if (Chance(0.6))
            WriteVariants(json);
        json.WriteEndObject();
    }

    private void WriteOldFlag(Utf8JsonWriter json, string name)
    {
        switch (_random.Next(5))
        {
            case 0:
                json.WriteBoolean(name, Chance(0.5));
                return;
            case 1:
                json.WriteString(name, Pick("true", "False"));
                return;
            case 2:
                json.WriteStartObject(name);
                json.WriteBoolean("EnabledFor", Chance(0.5));
                json.WriteEndObject();
                return;
        }

        json.WriteStartObject(name);
        if (Chance(0.5))
            json.WriteString("RequirementType", Pick("Any", "All"));
        json.WriteStartArray("EnabledFor");
        WriteFilters(json, "Name", "Parameters", least: 1);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteFilters(Utf8JsonWriter json, string name, string parameters, int least)
    {
        int count = _random.Next(least, 4);
        for (int i = 0; i < count; i++)
        {
            json.WriteStartObject();
            switch (_random.Next(12))
            {
                case 0:
                    json.WriteString(name, Pick("AlwaysOn", "On", "alwayson"));
                    break;
                case 1:
                    break; // without a name
                case 2:
                    json.WriteString(name, Pick("Microsoft.Percentage", "Percentage"));
                    json.WriteStartObject(parameters);
                    json.WriteNumber("Value", Chance(0.5) ? 0 : 100);
                    json.WriteEndObject();
                    break;
                case <= 6:
                    json.WriteString(name, Pick("Microsoft.TimeWindow", "TimeWindow", "microsoft.timewindow"));
                    json.WriteStartObject(parameters);
                    WriteWindow(json);
                    json.WriteEndObject();
                    break;
                default:
                    json.WriteString(name, Pick("Microsoft.Targeting", "Targeting", "targeting"));
                    json.WriteStartObject(parameters);
                    WriteAudience(json);
                    json.WriteEndObject();
                    break;
            }

            json.WriteEndObject();
        }
    }

    private void WriteAudience(Utf8JsonWriter json)
    {
        json.WriteStartObject(Pick("Audience", "audience"));
        if (Chance(0.6))
            WriteStrings(json, "Users", Some(Users, 4));
        if (Chance(0.6))
        {
            json.WriteStartArray("Groups");
            foreach (string group in Some(Groups, 3))
            {
                json.WriteStartObject();
                json.WriteString("Name", group);
                json.WriteNumber("RolloutPercentage", Percentage());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteNumber("DefaultRolloutPercentage", Percentage());
        if (Chance(0.3))
        {
            json.WriteStartObject("Exclusion");
            if (Chance(0.7))
                WriteStrings(json, "Users", Some(Users, 2));
            if (Chance(0.7))
                WriteStrings(json, "Groups", Some(Groups, 2));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteVariants(Utf8JsonWriter json)
    {
        string[] names = [.. Some(["Small", "small", "Big", "Huge", "V ü"], 4).DefaultIfEmpty("Only")];
        json.WriteStartArray("variants");
        foreach (string name in names)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            if (Chance(0.7))
                json.WriteString("configuration_value", name + "-value");
            if (Chance(0.3))
                json.WriteString("status_override", Pick("None", "Enabled", "Disabled", "disabled"));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (Chance(0.1))
            return;

        json.WriteStartObject("allocation");
        if (Chance(0.7))
            json.WriteString("default_when_enabled", Pick(names));
        if (Chance(0.7))
            json.WriteString("default_when_disabled", Pick(names));
        if (Chance(0.4))
            WriteTargets(json, "user", "users", Users, names);
        if (Chance(0.4))
            WriteTargets(json, "group", "groups", Groups, names);
        if (Chance(0.8))
            WritePercentiles(json, names);
        if (Chance(0.3))
            json.WriteString("seed", Pick("seed", "other\nseed", "Sämen"));
        json.WriteEndObject();
    }

    private void WriteTargets(Utf8JsonWriter json, string list, string members, string[] pool, string[] variants)
    {
        json.WriteStartArray(list);
        for (int i = _random.Next(1, 3); i > 0; i--)
        {
            json.WriteStartObject();
            json.WriteString("variant", Pick(variants));
            WriteStrings(json, members, Some(pool, 3));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WritePercentiles(Utf8JsonWriter json, string[] variants)
    {
        json.WriteStartArray("percentile");
        for (int i = _random.Next(1, 5); i > 0; i--)
        {
            double a = Percentage(), b = Percentage();
            json.WriteStartObject();
            json.WriteString("variant", Pick(variants));
            json.WriteNumber("from", Math.Min(a, b));
            json.WriteNumber("to", Math.Max(a, b));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteWindow(Utf8JsonWriter json)
    {
        DateTimeOffset start = (Base + TimeSpan.FromMinutes(_random.Next(-40 * 1440, 20 * 1440))).ToOffset(TimeSpan.FromMinutes(15 * _random.Next(-40, 41)));
        if (Chance(0.5))
        {
            int which = _random.Next(3);
            if (which != 0)
                WriteDate(json, "Start", start);
            if (which != 1)
                WriteDate(json, "End", start + TimeSpan.FromMinutes(_random.Next(1, 60 * 1440)));
            return;
        }

        bool weekly = Chance(0.6);
        int interval = _random.Next(1, 4);
        DayOfWeek first = (DayOfWeek)_random.Next(7);
        DayOfWeek[] days = [.. Enum.GetValues<DayOfWeek>().Where(d => d == start.DayOfWeek || Chance(0.3)).OrderBy(_ => _random.Next())];
        double longest = weekly ? SmallestGap(days, first, interval) : interval;
        WriteDate(json, "Start", start);
        WriteDate(json, "End", Chance(0.1) ? start + TimeSpan.FromDays(longest) : start + TimeSpan.FromSeconds(_random.Next(1, (int)(longest * 86400))));
        json.WriteStartObject("Recurrence");
        json.WriteStartObject("Pattern");
        json.WriteString("Type", weekly ? "Weekly" : "Daily");
        json.WriteNumber("Interval", interval);
        if (weekly)
        {
            WriteStrings(json, "DaysOfWeek", [.. days.Select(d => d.ToString())]);
            json.WriteString("FirstDayOfWeek", first.ToString());
        }

        json.WriteEndObject();
        json.WriteStartObject("Range");
        switch (_random.Next(3))
        {
            case 0:
                json.WriteString("Type", "NoEnd");
                break;
            case 1:
                json.WriteString("Type", "EndDate");
                WriteDate(json, "EndDate", start + TimeSpan.FromMinutes(_random.Next(0, 60 * 1440)));
                break;
            case 2:
                json.WriteString("Type", "Numbered");
                json.WriteNumber("NumberOfOccurrences", _random.Next(1, 15));
                break;
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static double SmallestGap(DayOfWeek[] days, DayOfWeek first, int interval)
    {
        int[] offsets = [.. days.Select(d => ((int)d - (int)first + 7) % 7).Order()];
        int gap = interval * 7;
        for (int i = 1; i < offsets.Length; i++)
            gap = Math.Min(gap, offsets[i] - offsets[i - 1]);
        return interval == 1 && offsets.Length > 1 ? Math.Min(gap, offsets[0] + 7 - offsets[^1]) : gap;
    }

    private void WriteDate(Utf8JsonWriter json, string name, DateTimeOffset date) => json.WriteString(
        name,
        Chance(0.3) && date.Offset == TimeSpan.Zero ? date.ToString("r", CultureInfo.InvariantCulture) : date.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));

    private static void WriteStrings(Utf8JsonWriter json, string name, string[] values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    // A lone surrogate can't be written as JSON.
    private string User() => Users[_random.Next(Users.Length)];

    private string[] Some(string[] pool, int most) =>
        [.. pool.Where(p => p != "\uD800").OrderBy(_ => _random.Next()).Take(_random.Next(0, most + 1))];

    private double Percentage() => Chance(0.5) ? Percentages[_random.Next(Percentages.Length)] : Math.Round(_random.NextDouble() * 100, _random.Next(0, 15));

    private bool Chance(double probability) => _random.NextDouble() < probability;

    private string Pick(params string[] all) => all[_random.Next(all.Length)];
}
