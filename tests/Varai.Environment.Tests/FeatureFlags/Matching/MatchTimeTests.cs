using System.Diagnostics;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Conditions;

namespace Varai.Tests.FeatureFlags.Matching;

/// <summary>No evaluation takes long. The claim is 1 ms. The best of many runs is held against
/// three times that, as other tests run beside these.</summary>
public sealed class MatchTimeTests(ITestOutputHelper output)
{
    private const double Limit = 3.0;

    // The costliest that each operator can be made, with the text that costs most.
    public static TheoryData<string, int, string, string> Costly => new()
    {
        { "matches", 1, "\"([ab]?){120}[ab]{134}\"", new string('a', 1_023) + "c" },
        { "matches", 1, "\"[ab]*a[ab]{253}c\"", new string('a', 1_024) },
        { "matches", 3, "\"[ab]*a[ab]{240}c\"", new string('a', 1_024) },
        { "matches", 1, "\"(\\\\b.*){60}(\\\\B.){60}$\"", string.Concat(Enumerable.Repeat("\u00E9-", 512)) },
        { "matches", 90, "\"x\"", new string('\u00E9', 1_024) },
        { "contains", 4, $"\"{new string('a', 31)}b{new string('a', 32)}\"", new string('a', 1_024) },
        { "contains", 1, $"[{string.Join(", ", Enumerable.Range(0, 60).Select(i => $"\"{new string('a', 40)}{i}\""))}]", new string('a', 1_024) },
        { "contains", 4, $"[{string.Join(", ", Enumerable.Range(0, 8).Select(i => $"\"{new string('a', 40)}{i}\""))}]", new string('a', 1_024) },
        { "starts_with", 23, $"[{string.Join(", ", Enumerable.Range(0, 1_000).Select(i => $"\"{new string('a', 40)}{i}\""))}]", new string('a', 1_024) },
        { "ends_with", 23, $"[{string.Join(", ", Enumerable.Range(0, 1_000).Select(i => $"\"{i}{new string('a', 40)}\""))}]", new string('a', 1_024) },
        { "semver_less", 65, $"\"1.0.0-{string.Join('.', Enumerable.Repeat("a", 120))}\"", $"1.0.0-{string.Join('.', Enumerable.Repeat("a", 120))}" },
        { "in", 1_900, $"[{string.Join(", ", Enumerable.Range(0, 20).Select(i => $"\"v{i}\", {i}"))}]", new string('1', 60) },
        { "ip_in", 1_900, "[\"10.0.0.0/8\", \"::/64\"]", "1:2:3:4:5:6:255.255.255.255" },
        { "before", 1_900, "\"1999-01-01T00:00:00Z\"", "2026-03-01T08:00:00.1234567+01:00" },
        { "less", 1_900, "-1e308", "1.7976931348623157e308" },
    };

    [Theory]
    [MemberData(nameof(Costly))]
    public void IsMet_of_what_costs_most_is_quick(string operatorName, int count, string value, string attribute)
    {
        foreach (bool ignoreCase in new[] { false, true })
        {
            if (ignoreCase && operatorName is not ("matches" or "contains" or "starts_with" or "ends_with" or "in"))
                continue;
            string clause = Rules.Clause("a", operatorName, value, ignoreCase);
            long start = Stopwatch.GetTimestamp();
            (FlagCondition? condition, List<Varai.Configuration.ConfigurationError> errors) = Rules.Compile($$"""{ "any": [{{string.Join(", ", Enumerable.Repeat(clause, count))}}] }""");
            double compiled = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (condition is null)
            {
                Assert.Contains("too long", Assert.Single(errors).Message, StringComparison.Ordinal);
                output.WriteLine($"{operatorName} x {count}, ignoring case {ignoreCase}: refused in {compiled:0} ms");
                continue;
            }

            var context = new FlagContext { ["a"] = attribute };
            double best = double.MaxValue;
            for (int i = 0; i < 300; i++)
            {
                start = Stopwatch.GetTimestamp();
                Rules.IsMet(condition, context);
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            output.WriteLine($"{operatorName} x {count}, ignoring case {ignoreCase}: {best * 1_000:0} us, compiled in {compiled:0} ms");
            Assert.True(best < Limit, $"{operatorName} x {count}, ignoring case {ignoreCase}: {best} ms");
        }
    }
}
