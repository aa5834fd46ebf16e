using System.Globalization;
using CsCheck;
using Varai.FeatureFlags;
using Varai.Tests.FeatureFlags.Differential;

namespace Varai.Tests.FeatureFlags;

/// <summary>Random documents in our own vocabulary, all of them valid, and contexts for them.</summary>
internal static class FuzzedFlags
{
    public const string BrokenFilter = "Contoso.Broken";
    public const string OwnFilter = "Contoso.Own";

    private static readonly string[] Segments = ["beta", "staff", "nobody"];

    public static readonly Gen<FlagContext?> Context = Gen.Frequency(
        (1, Gen.Const((FlagContext?)null)),
        (9, Gen.Select(
            RandomFlags.Context,
            AnyOf.These<FlagValue>("DE", "at", "", "10.1.2.3", new string('a', 300), 42, true, default),
            AnyOf.These<FlagValue>("1.2.3", "2.0.0-rc.1", "x", 3.5, double.NaN),
            AnyOf.These<FlagValue>(RandomFlags.Center, "2026-06-01T00:00:00Z", new[] { "red", "blue" }, false),
            (known, country, version, third) => (FlagContext?)new FlagContext(known.Ours.TargetingKey)
            {
                Groups = known.Ours.Groups,
                ["country"] = country,
                ["version"] = version,
                ["third"] = third,
            })));

    /// <summary>Six to nine flags that ask for one another, or a chain as long as is allowed.</summary>
    public static readonly Gen<string> Document = Gen.Select(
        Gen.Frequency(
            (9, Gen.Int[6, 9].SelectMany(n => Sequence([.. Enumerable.Range(0, n).Select(i => Flag(i, AnyPrerequisites(i)))]))),
            (1, Sequence([.. Enumerable.Range(0, 33).Select(i => Flag(i, Gen.Const(i == 0 ? "" : $"\"f{i - 1}\"")))]))),
        Rule(2, withSegments: false).Array[3],
        (flags, rules) => $$"""
            {
              "feature_flags": { {{string.Join(",\n    ", flags)}} },
              "feature_segments": {
                {{string.Join(",\n    ", Segments.Select((s, i) => $"\"{s}\": {{ \"users\": [\"Alice\", \"user-{i}\"], \"groups\": [\"Ring{i}\"], \"excluded_users\": [\"Bob\"], \"match\": {rules[i]} }}"))}}
              }
            }
            """);

    private static Gen<string> AnyPrerequisites(int number) => number == 0
        ? Gen.Const("")
        : Gen.Select(Gen.Int[0, number - 1], Gen.Int[0, 3], (i, form) => form switch
        {
            0 => $"\"F{i}\"",
            1 => $"{{ \"flag\": \"f{i}\", \"enabled\": false }}",
            2 => $"{{ \"flag\": \"f{i}\", \"variant\": \"big\" }}",
            _ => $"{{ \"flag\": \"f{i}\", \"variants\": [\"small\", \"none\"] }}",
        }).Array[0, 2].Select(list => string.Join(", ", list));

    private static Gen<string> Flag(int number, Gen<string> prerequisites) => Gen.Select(
        Gen.Int[0, 19],
        prerequisites,
        Gen.Select(Filter($"f{number}").Array[0, 3], Gen.Bool, (f, all) => $"\"requirement_type\": \"{(all ? "All" : "Any")}\", \"client_filters\": [{string.Join(", ", f)}]"),
        Gen.Frequency((1, Gen.Const("")), (1, Variants)),
        Gen.Frequency((4, Gen.Const("")), (1, AnyOf.These("\"staging\": false", "\"staging\": { \"enabled\": true, \"conditions\": { \"client_filters\": [] } }", "\"production\": false"))),
        (dice, needed, conditions, variants, environments) => dice == 0 && needed.Length == 0
            ? $"\"f{number}\": true"
            : $$"""
              "f{{number}}": { "enabled": {{(dice < 3 ? "false" : "true")}}, {{(dice == 3 ? "\"kill_switch\": true, " : "")}}"description": "x", "tags": ["a"],
                "parameters": { "rate": 0.5, "deep": { "list": [1, null] } }, "prerequisites": [{{needed}}], "conditions": { {{conditions}} }{{variants}},
                "environments": { {{environments}} }, "telemetry": { "enabled": true, "metadata": { "a": "b" } } }
              """);

    private static Gen<string> Filter(string flag) => Gen.Frequency(
        (3, Rule(3, withSegments: true).Select(r => $"{{ \"name\": \"Match\", \"parameters\": {r} }}")),
        (2, RandomFlags.Targeting(flag).Select(t => $"{{ \"name\": \"Targeting\", \"parameters\": {t.Text} }}")),
        (1, Gen.OneOf(RandomFlags.Window, RandomFlags.Recurring).Select(w => $"{{ \"name\": \"TimeWindow\", \"parameters\": {w.Text} }}")),
        (1, AnyOf.These(Segments).Select(s => $"{{ \"name\": \"Segment\", \"parameters\": {{ \"segments\": [\"{s}\", \"beta\"], \"not\": {(s == "staff" ? "true" : "false")} }} }}")),
        (1, Gen.Select(Gen.Int[0, 100], AnyOf.These("targetingKey", "country", "version", "absent", "groups"), AnyOf.These("xxhash3", "sha256"),
            (p, by, how) => $"{{ \"name\": \"Varai.Rollout\", \"parameters\": {{ \"percentage\": {p}, \"by\": \"{by}\", \"bucketing\": \"{how}\" }} }}")),
        (1, AnyOf.These("{ \"name\": \"AlwaysOn\" }", $"{{ \"name\": \"{OwnFilter}\", \"parameters\": {{ \"is\": \"DE\" }} }}", $"{{ \"name\": \"Own\" }}", $"{{ \"name\": \"{BrokenFilter}\" }}")));

    private static Gen<string> Rule(int depth, bool withSegments) => depth == 0
        ? Clause
        : Gen.Frequency(
            (4, Clause),
            (1, Rule(depth - 1, withSegments).Array[1, 3].Select(r => $"{{ \"all\": [{string.Join(", ", r)}] }}")),
            (1, Rule(depth - 1, withSegments).Array[1, 3].Select(r => $"{{ \"any\": [{string.Join(", ", r)}] }}")),
            (1, Rule(depth - 1, withSegments).Select(r => $"{{ \"not\": {r} }}")),
            (withSegments ? 1 : 0, AnyOf.These(Segments).Select(s => $"{{ \"segment\": \"{s}\" }}")));

    private static Gen<string> Clause => Gen.Select(
        AnyOf.These("country", "version", "third", "targetingKey", "groups", "absent"),
        AnyOf.These(
            "\"equals\", \"value\": \"DE\"", "\"not_equals\", \"values\": [\"DE\", 42, true]", "\"in\", \"values\": [\"de\", \"AT\"], \"ignore_case\": true", "\"contains\", \"value\": \"a\"",
            "\"starts_with\", \"values\": [\"user-\", \"1\"]", "\"not_contains\", \"value\": \"user\"", "\"matches\", \"value\": \"^(a+)+$\"", "\"matches\", \"value\": \"user-[0-9]*1\"",
            "\"less\", \"value\": 42", "\"greater_or_equal\", \"value\": \"3.5\"", "\"semver_less\", \"value\": \"2.0.0\"", "\"before\", \"value\": \"2026-06-01T00:00:01Z\"", "\"ip_in\", \"value\": \"10.0.0.0/8\"",
            "\"exists\"", "\"not_exists\""),
        (attribute, test) => $"{{ \"attribute\": \"{attribute}\", \"operator\": {test} }}");

    private static Gen<string> Variants => Gen.Select(
        AnyOf.These("big", "small", "none"), AnyOf.These("", ", \"status_override\": \"Enabled\"", ", \"status_override\": \"Disabled\""), Gen.Int[0, 100], Gen.Bool,
        (name, status, percentage, hasSeed) => string.Create(CultureInfo.InvariantCulture, $$"""
            , "variants": [ { "name": "big", "configuration_value": { "size": 1, "list": [true] }{{status}} }, { "name": "small", "configuration_value": "x" }, { "name": "none" } ],
              "allocation": { "default_when_enabled": "{{name}}", "default_when_disabled": "small", "user": [ { "variant": "big", "users": ["Alice", "Bob"] } ],
                "group": [ { "variant": "none", "groups": ["Ring1"] } ],
                "percentile": [ { "variant": "small", "from": 0, "to": {{percentage}} }, { "variant": "big", "from": {{percentage}}, "to": 100 } ]{{(hasSeed ? ", \"seed\": \"s\"" : "")}} }
            """));

    private static Gen<string[]> Sequence(Gen<string>[] items) =>
        items.Aggregate(Gen.Const(Array.Empty<string>()), (all, item) => Gen.Select(all, item, (a, i) => (string[])[.. a, i]));
}
