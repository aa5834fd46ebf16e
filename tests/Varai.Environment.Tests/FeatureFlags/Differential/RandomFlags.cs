using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsCheck;

namespace Varai.Tests.FeatureFlags.Differential;

/// <summary>Random flags in Microsoft's schemas, all of them valid, with what is odd about them: ids, users, groups and percentages
/// that fall on the border of a bucket.</summary>
internal static class RandomFlags
{
    /// <summary>A Monday; every window lies within weeks of it.</summary>
    public static readonly DateTimeOffset Center = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] KnownUsers =
    [
        "Alice", "alice", "ALICE", "Bob", " ", "", " Alice", "Zo\u00EB", "Zoe\u0308", "\u0130stanbul", "istanbul", "I", "i", "\u0131",
        "\U0001F600", "stra\u00DFe", "a\nb", "a:b", "42", new string('x', 61), new string('\u00E9', 200),
    ];

    private static readonly string[] KnownGroups =
        ["Ring1", "ring1", "Ring2", "Ring3", "", " Ring1", "beta testers", "\U0001F600 crew", "Stra\u00DFe", "STRASSE", "7"];

    private static readonly string[] VariantNames = ["Big", "Small", "big", "", " ", "\u00DCber", "3"];

    private static readonly Gen<string> Absent = Gen.Const("");

    public static readonly Gen<RandomContext> Context = Gen.Select(
        Gen.Frequency(
            (1, Gen.Const((string?)null)),
            (6, AnyOf.These(KnownUsers).Select(u => (string?)u)),
            (1, AnyOf.These("\uD83D", "x\uDE00y").Select(u => (string?)u)),
            (6, Gen.Int[0, 999].Select(n => (string?)$"user-{n}"))),
        Gen.Frequency((8, AnyOf.These(KnownGroups)), (1, AnyOf.These("\uD83D", "elsewhere"))).Array[0, 4],
        (user, groups) => new RandomContext(user, groups));

    /// <summary>Flags of both schemas. Some have the same id, whatever its case; some of the .NET section's are hidden by those of
    /// the other.</summary>
    public static readonly Gen<RandomFlag[]> Set = Gen.Select(
        Gen.Int[0, 5].SelectMany(i => Id(i).SelectMany(V2)).Array[4],
        Gen.Int[3, 8].SelectMany(i => Id(i).SelectMany(V1)).Array[2],
        (v2, v1) => (RandomFlag[])[.. v2, .. v1.DistinctBy(f => f.Id, StringComparer.OrdinalIgnoreCase)]);

    /// <summary>One flag of schema v2.</summary>
    public static readonly Gen<RandomFlag> Flag = Gen.Int[0, 5].SelectMany(i => Id(i).SelectMany(V2));

    /// <summary>One flag of the .NET section.</summary>
    public static readonly Gen<RandomFlag> DotnetFlag = Gen.Int[0, 5].SelectMany(i => Id(i).SelectMany(V1));

    private static Gen<string> Id(int number) => AnyOf.These(
        $"Flag{number}", $"FLAG{number}", $"flag {number}", $"f\u00FC\u00DF-{number}", $"\U0001F600{number}", $"a.b/{number}?x=%20", $"\"\\{number}\"",
        $"{number}", $"{new string('n', 57)}{number}");

    // Schema v2

    private static Gen<RandomFlag> V2(string id) => Gen.Select(
        Gen.Frequency(
            (12, Gen.Const(", \"enabled\": true")),
            (2, AnyOf.These(", \"enabled\": \"true\"", ", \"enabled\": \"True\"", ", \"Enabled\": \" tRUE \"")),
            (2, AnyOf.These(", \"enabled\": false", ", \"enabled\": \"False\"", ", \"enabled\": null", ", \"enabled\": \"\"", ""))),
        Gen.Frequency((1, AnyOf.These("", ", \"conditions\": {}", ", \"conditions\": null", ", \"conditions\": { \"client_filters\": [] }")
            .Select(text => (text, Edges: Array.Empty<DateTimeOffset>(), Traits: FlagTraits.None))), (5, Conditions(id, "client_filters", "requirement_type", "name", "parameters")
            .Select(c => ($", \"conditions\": {{ {c.Text} }}", c.Edges, c.Traits)))),
        Gen.Frequency((2, Gen.Const((Text: "", Traits: FlagTraits.None))), (3, Variants(id))),
        AnyOf.These("", "", ", \"telemetry\": { \"enabled\": \"true\", \"metadata\": { \"a\": \"b\", \"n\": 1 } }", ", \"description\": \"x\", \"display_name\": null"),
        (enabled, conditions, variants, rest) => new RandomFlag(
            id, $"{{ \"id\": {Quote(id)}{enabled}{conditions.Item1}{variants.Text}{rest} }}", conditions.Item2, conditions.Item3 | variants.Traits));

    private static Gen<RandomFlag> V1(string id) => Gen.Frequency(
        (1, AnyOf.These("true", "false", "\"True\"", "\"false\"", "null", "\"no\"", "1", "{}", "{ \"EnabledFor\": true }", "{ \"EnabledFor\": \"false\" }",
            "{ \"EnabledFor\": [] }", "{ \"enabledfor\": [ {} ] }", "{ \"RequirementType\": \"All\" }")
            .Select(text => new RandomFlag(id, text, [], FlagTraits.DotnetSection))),
        (3, Conditions(id, "EnabledFor", "RequirementType", "Name", "Parameters")
            .Select(c => new RandomFlag(id, $"{{ {c.Text} }}", c.Edges, c.Traits | FlagTraits.DotnetSection))));

    private static Gen<(string Text, DateTimeOffset[] Edges, FlagTraits Traits)> Conditions(string id, string filters, string requirement, string name, string parameters) =>
        Gen.Select(
            Gen.Frequency(
                (3, AnyOf.These("", $"\"{requirement}\": \"Any\", ", $"\"{requirement}\": null, ", $"\"{requirement}\": \"\", ", $"\"{requirement}\": \"aNY\", ")),
                (3, AnyOf.These($"\"{requirement}\": \"All\", ", $"\"{requirement}\": \"all\", "))),
            Gen.Frequency(
                (5, Targeting(id).Select(t => (t.Names, t.Text, Edges: Array.Empty<DateTimeOffset>(), Traits: FlagTraits.Targeting))),
                (3, Window.Select(w => (Windows, w.Text, w.Edges, Traits: FlagTraits.Window))),
                (4, Recurring.Select(w => (Windows, w.Text, w.Edges, Traits: FlagTraits.Recurrence))),
                (1, AnyOf.These("AlwaysOn", "On", "alwayson", "ON").Select(n => (new[] { n }, "{}", Array.Empty<DateTimeOffset>(), FlagTraits.None))),
                (1, AnyOf.These("", "\0").Select(n => (new[] { n }, "{}", Array.Empty<DateTimeOffset>(), FlagTraits.None))))
                .SelectMany(f => AnyOf.These(f.Item1).Select(n => (Name: n, f.Item2, f.Item3, f.Item4))).Array[1, 3],
            (type, list) =>
            {
                IEnumerable<string> items = list.Select(f => f.Name == "\0"
                    ? "{}"
                    : $"{{ \"{name}\": {Quote(f.Name)}, \"{parameters}\": {f.Item2} }}");
                FlagTraits traits = type.Contains("all", StringComparison.OrdinalIgnoreCase) ? FlagTraits.All : FlagTraits.None;
                return ($"{type}\"{filters}\": [{string.Join(", ", items)}]", list.SelectMany(f => f.Item3).ToArray(), list.Aggregate(traits, (t, f) => t | f.Item4));
            });

    // Targeting

    public static Gen<(string[] Names, string Text)> Targeting(string id) => Gen.Select(
        Names("Users", KnownUsers),
        Gen.Frequency((2, Absent), (1, AnyOf.These("\"Groups\": [], ", "\"Groups\": null, ")), (4, Group(id).Array[1, 3].Select(g => $"\"groups\": [{string.Join(", ", g)}], "))),
        Gen.Frequency((1, Absent), (1, AnyOf.These("\"Exclusion\": {}, ", "\"Exclusion\": null, ")), (2, Gen.Select(Names("Users", KnownUsers), Names("Groups", KnownGroups),
            (u, g) => $"\"Exclusion\": {{ {(u + g).TrimEnd(' ', ',')} }}, "))),
        Gen.Frequency((1, Gen.Const("\"DefaultRolloutPercentage\": 0")), (5, Percentage(id).Select(p => $"\"DefaultRolloutPercentage\": {p}"))),
        (users, groups, exclusion, rollout) => ((string[])["Microsoft.Targeting", "Targeting", "microsoft.targeting"], $"{{ \"Audience\": {{ {users}{groups}{exclusion}{rollout} }} }}"));

    private static Gen<string> Group(string id) => AnyOf.These(KnownGroups).SelectMany(group => Gen.Frequency(
        (1, Gen.Const($"{{ \"Name\": {Quote(group)} }}")),
        (5, Percentage($"{id}\n{group}").Select(p => $"{{ \"Name\": {Quote(group)}, \"RolloutPercentage\": {p} }}"))));

    private static Gen<string> Names(string member, string[] known) => Gen.Frequency(
        (2, Absent),
        (1, AnyOf.These($"\"{member}\": [], ", $"\"{member}\": null, ")),
        (5, Gen.Frequency((12, AnyOf.These(known).Select(Quote)), (1, Gen.Int[0, 99].Select(i => i.ToString(CultureInfo.InvariantCulture)))).Array[1, 9]
            .Select(list => $"\"{member}\": [{string.Join(", ", list)}], ")));

    /// <summary>A percentage, as a number or a text; some lie just on, below or above somebody's bucket.</summary>
    private static Gen<string> Percentage(string suffix) => Gen.Frequency(
        (4, Gen.Int[0, 100].Select(p => p.ToString(CultureInfo.InvariantCulture))),
        (2, Gen.Double[0, 100].Select(Show)),
        (1, AnyOf.These("0.0001", "1e1", "99.999999999999", "100.0", "33.333333333333336", "5E-324", "-0.0")),
        (1, Gen.Int[0, 100].Select(p => $"\"{p.ToString(CultureInfo.InvariantCulture)}\"")),
        (4, Gen.Select(AnyOf.These(KnownUsers), AnyOf.These(-1, 0, 1), (user, side) => Show(Beside(Bucket($"{user}\n{suffix}"), side)))));

    private static double Beside(double value, int side) => side switch
    {
        < 0 => Math.Max(0, Math.BitDecrement(value)),
        > 0 => Math.Min(100, Math.BitIncrement(value)),
        _ => value,
    };

    private static double Bucket(string text) => BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(text))) / 4294967295.0 * 100;

    // Variants

    private static Gen<(string Text, FlagTraits Traits)> Variants(string id) => Variant.Array[0, 4].SelectMany(variants => Gen.Frequency(
            (1, AnyOf.These("", ", \"allocation\": {}", ", \"allocation\": null").Select(a => (Text: a, Traits: FlagTraits.None))),
            (7, Allocation(id, [.. variants.Select(v => v.Name).Where(n => n.Length > 0)])))
        .Select(allocation => ($", \"variants\": [{string.Join(", ", variants.Select(v => v.Text))}]{allocation.Text}", allocation.Traits | FlagTraits.Variants)));

    private static readonly Gen<(string Name, string Text)> Variant = Gen.Select(
        AnyOf.These(VariantNames),
        Gen.Frequency((1, Absent), (5, AnyOf.These(
            "\"text\"", "\"\"", "12.50", "-0", "1e3", "true", "false", "null", "{}", "[]", "[1, \"two\", null, [], {}]",
            "{ \"size\": 400, \"Deep\": { \"on\": true, \"list\": [{ \"a\": 1 }, \"\"] }, \"none\": null }", "\"\U0001F600\"").Select(v => $", \"configuration_value\": {v}"))),
        Gen.Frequency((4, Absent), (3, AnyOf.These("Enabled", "Disabled", "None", "enabled", "DISABLED", "").Select(s => $", \"status_override\": \"{s}\""))),
        (name, value, status) => (name, $"{{ \"name\": {Quote(name)}{value}{status} }}"));

    private static Gen<(string Text, FlagTraits Traits)> Allocation(string id, string[] variants) =>
        Gen.Frequency((4, Gen.Const((string?)null)), (1, AnyOf.These("seed", " ", "s\u00E9\U0001F600d", "42", new string('s', 80)).Select(s => (string?)s))).SelectMany(seed => Gen.Select(
            Default("default_when_enabled", variants),
            Default("default_when_disabled", variants),
            Rules("user", "users", KnownUsers, variants),
            Rules("group", "groups", KnownGroups, variants),
            Percentiles(seed ?? $"allocation\n{id}", variants),
            (enabled, disabled, users, groups, percentiles) =>
            {
                string text = $"{enabled}{disabled}{users}{groups}{percentiles}{(seed is null ? "" : $"\"seed\": {(seed == "42" ? seed : Quote(seed))}, ")}";
                FlagTraits traits = (percentiles.Length > 0 ? FlagTraits.Percentiles : 0)
                    | (text.Contains($"\"{RandomFlag.MissingVariant}\"", StringComparison.Ordinal) ? FlagTraits.MissingVariant : 0);
                return ($", \"allocation\": {{ {text.TrimEnd(' ', ',')} }}", traits);
            }));

    private static Gen<string> Default(string name, string[] variants) => Gen.Frequency(
        (1, Absent),
        (1, AnyOf.These("null", "\"\"", "\"nowhere\"").Select(v => $"\"{name}\": {v}, ")),
        (variants.Length > 0 ? 7 : 0, Known(variants).Select(v => $"\"{name}\": {Quote(v)}, ")));

    private static Gen<string> Member(string[] variants) => Gen.Frequency(
        (variants.Length > 0 ? 12 : 0, Known(variants).Select(v => $"\"variant\": {Quote(v)}, ")),
        (1, AnyOf.These("", "\"variant\": null, ", "\"variant\": \"\", ")),
        (1, Gen.Const($"\"variant\": \"{RandomFlag.MissingVariant}\", ")));

    private static Gen<string> Known(string[] variants) => variants.Length > 0 ? AnyOf.These(variants) : Absent;

    private static Gen<string> Rules(string name, string list, string[] known, string[] variants) => Gen.Frequency(
        (2, Absent),
        (1, AnyOf.These($"\"{name}\": [], ", $"\"{name}\": null, ")),
        (3, Gen.Select(Member(variants), AnyOf.These(known).Select(Quote).Array[0, 9], (variant, names) => $"{{ {variant}\"{list}\": [{string.Join(", ", names)}] }}")
            .Array[1, 3].Select(rules => $"\"{name}\": [{string.Join(", ", rules)}], ")));

    private static Gen<string> Percentiles(string seed, string[] variants) => Gen.Frequency(
        (1, Absent),
        (4, Gen.Select(Member(variants), Percentage(seed), Percentage(seed), (variant, one, other) =>
        {
            double a = double.Parse(one.Trim('"'), CultureInfo.InvariantCulture), b = double.Parse(other.Trim('"'), CultureInfo.InvariantCulture);
            (string from, string to) = a <= b ? (one, other) : (other, one);
            return $"{{ {variant}{(from == "0" ? "" : $"\"from\": {from}, ")}\"to\": {to} }}";
        }).Array[1, 4].Select(rules => $"\"percentile\": [{string.Join(", ", rules)}], ")));

    // Time

    private static readonly string[] Windows = ["Microsoft.TimeWindow", "TimeWindow", "MICROSOFT.TIMEWINDOW"];

    private static readonly Gen<TimeSpan> Offset = AnyOf.These(0, 0, 60, -300, 330, 765, -690, 840).Select(m => TimeSpan.FromMinutes(m));

    private static readonly Gen<DateTimeOffset> Moment = Gen.Select(Gen.Int[-40 * 1440, 40 * 1440], AnyOf.These(0, 0, 0, 7, 3_333_333), Offset,
        (minutes, ticks, offset) => Center.AddMinutes(minutes).AddTicks(ticks).ToOffset(offset));

    public static readonly Gen<(string Text, DateTimeOffset[] Edges)> Window = Gen.Select(Moment, Moment, Gen.Int[0, 9], Gen.Int[0, 2], (start, end, which, format) =>
    {
        (string s, start) = Write(start, format);
        (string e, end) = Write(end, format);
        return which switch
        {
            0 => ("{}", Array.Empty<DateTimeOffset>()),
            1 or 2 => ($"{{ \"Start\": {s} }}", [start]),
            3 => ($"{{ \"End\": {e}, \"Start\": null }}", [end]),
            4 => ($"{{ \"End\": {e} }}", [end]),
            _ => ($"{{ \"start\": {s}, \"End\": {e} }}", [start, end]),
        };
    });

    public static readonly Gen<(string Text, DateTimeOffset[] Edges)> Recurring = Gen.OneOf(
        Gen.Select(Gen.Int[1, 5], Moment, Gen.Int[1, 1000], Range, (interval, start, length, range) =>
            Recurrence(start, TimeSpan.FromDays(interval) * (length / 1000.0), interval, $"\"Type\": \"{(length % 2 == 0 ? "Daily" : "daily")}\"", range)),
        Gen.Select(Gen.Int[1, 3], Moment, Gen.Int[1, 1000], Gen.Int[0, 127], Gen.Int[-1, 6], Range, (interval, start, length, others, first, range) =>
        {
            int days = others | (1 << (int)start.DayOfWeek);
            int firstDay = Math.Max(first, 0);
            int[] listed = [.. Enumerable.Range(0, 7).Select(d => (firstDay + d) % 7).Where(d => (days & (1 << d)) != 0)];
            int longest = interval * 7;
            for (int i = 1; i < listed.Length; i++)
                longest = Math.Min(longest, (listed[i] - listed[i - 1] + 7) % 7);
            if (interval == 1 && listed.Length > 1)
                longest = Math.Min(longest, (listed[0] - listed[^1] + 7) % 7);
            else if (listed.Length > 1)
                longest = Math.Min(longest, 7);
            string names = string.Join(", ", listed.Select(d => $"\"{(length % 3 == 0 ? ((DayOfWeek)d).ToString().ToLowerInvariant() : ((DayOfWeek)d).ToString())}\""));
            string pattern = $"\"Type\": \"Weekly\", \"DaysOfWeek\": [{names}]{(first < 0 ? "" : $", \"FirstDayOfWeek\": \"{(DayOfWeek)first}\"")}";
            return Recurrence(start, TimeSpan.FromDays(longest) * (length / 1000.0), interval, pattern, range);
        }));

    private static Gen<(string Kind, int Number)> Range => Gen.Select(AnyOf.These("NoEnd", "EndDate", "Numbered", "Open"), Gen.Int[0, 60], (kind, number) => (kind, number));

    private static (string Text, DateTimeOffset[] Edges) Recurrence(DateTimeOffset start, TimeSpan length, int interval, string pattern, (string Kind, int Number) range)
    {
        (string s, start) = Write(start, 0);
        (string e, DateTimeOffset end) = Write(start + length, 0);
        (string last, DateTimeOffset lastStart) = Write(start.AddDays(range.Number).AddSeconds(range.Number % 3 == 0 ? 0 : 3600 * range.Number), 0);
        string limit = range.Kind switch
        {
            "EndDate" => $"\"Type\": \"EndDate\", \"EndDate\": {last}",
            "Numbered" => $"\"Type\": \"Numbered\", \"NumberOfOccurrences\": {(range.Number % 12) + 1}",
            "Open" => $"\"Type\": \"{(range.Number % 2 == 0 ? "EndDate" : "Numbered")}\"",
            _ => "\"Type\": \"NoEnd\"",
        };
        var edges = new List<DateTimeOffset> { start, end, lastStart };
        for (int day = 1; day <= 45; day++)
        {
            edges.Add(start.AddDays(day));
            edges.Add(end.AddDays(day));
        }

        string text = $"{{ \"Start\": {s}, \"End\": {e}, \"Recurrence\": {{ \"Pattern\": {{ {pattern}{(interval == 1 ? "" : $", \"Interval\": {interval}")} }}, \"Range\": {{ {limit} }} }} }}";
        return (text, [.. edges]);
    }

    // RFC 1123 has whole seconds only, and so the edge moves.
    private static (string Text, DateTimeOffset Moment) Write(DateTimeOffset moment, int format)
    {
        string text = moment.ToString(format switch { 0 => "O", 1 => "yyyy-MM-dd'T'HH:mm:sszzz", _ => "R" }, CultureInfo.InvariantCulture);
        return ($"\"{text}\"", DateTimeOffset.Parse(text, CultureInfo.InvariantCulture));
    }

    private static string Show(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
