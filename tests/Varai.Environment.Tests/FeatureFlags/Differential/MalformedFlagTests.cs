using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Microsoft.FeatureManagement;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Evaluation;

namespace Varai.Tests.FeatureFlags.Differential;

/// <summary>What Microsoft's engine answers with an exception is an error of ours when the flags are loaded; what it answers with an
/// answer has the same one here, unless it is refused for a reason on the list.</summary>
public sealed class MalformedFlagTests
{
    private const int Flags = 4_000;

    /// <summary>What is refused here though theirs answered, with the numbers of the list: 6, what theirs meets only when it gets there; 8,
    /// the wrong type; 10, parameters that nobody can mean.</summary>
    private static readonly Regex Documented = new(
        """
        ^(There\ is\ no\ such\ feature\ filter
        |A\ requirement\ type\ is\ not\ known|A\ status\ override\ is\ not\ known
        |The\ (start|end)\ of\ a\ percentile\ must\ be\ a\ percentage|A\ percentile\ ends\ before\ it\ begins|A\ (user|group)\ rule\ of\ an\ allocation\ needs\ (users|groups)
        |The\ seed\ of\ an\ allocation\ is\ empty;\ leave\ it\ out\ for\ the\ flag's\ own
        |.*\ (is\ missing|is\ missing,\ which\ a\ recurrence\ needs|is\ out\ of\ range|is\ null;\ leave\ it\ out\ for\ its\ default|is\ no\ date|is\ before\ Start|is\ not\ after\ Start)
        |A\ weekly\ recurrence\ needs\ DaysOfWeek|Start\ is\ on\ no\ day\ of\ DaysOfWeek|A\ group\ has\ no\ name|The\ window\ is\ .*
        |.*\ must\ be\ an?\ (array|object|string|boolean)|.*\ is\ no\ (list|object|string|number|whole\ number|date)|The\ parameters\ of\ a\ filter\ are\ not\ an\ object
        |.*\ has\ a\ value\ that\ is\ not\ known|A\ day\ of\ the\ week\ is\ null|\w+day\ is\ listed\ twice)\.$
        """,
        RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace, TimeSpan.FromSeconds(1));

    private static readonly Gen<(JsonNode Flag, bool IsDotnet, RandomContext[] Contexts)> Cases = Gen.Bool.SelectMany(isDotnet => Gen.Select(
        MutatedFlags.Of((isDotnet ? RandomFlags.DotnetFlag : RandomFlags.Flag).Where(f => f.Json != "null").Select(f => f.TheirJson)), Gen.Const(isDotnet), RandomFlags.Context.Array[12]));

    [Fact]
    public async Task Load_malformed_flag_is_an_error_where_Microsoft_throws()
    {
        int threw = 0, refused = 0, agreed = 0;
        var onlyOurs = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await Cases.SampleAsync(
            async sample =>
            {
                string flag = sample.Flag.ToJsonString();
                string json = Document(flag, sample.IsDotnet);
                string name = sample.IsDotnet ? "a" : (string)sample.Flag["id"]!;
                var time = new FakeTimeProvider(RandomFlags.Center.AddYears(-1));
                using var harness = new FlagHarness { Time = time };
                List<ConfigurationError> errors = harness.Validate(json);
                FeatureFlagEvaluator? ours = errors.Count == 0 ? harness.OverJson(json) : null;
                using var microsoft = new MicrosoftEngine(Document(WithoutMissingVariants(sample.Flag).ToJsonString(), sample.IsDotnet), time);
                bool hasThrown = false;
                foreach (int day in (int[])[-30, 0, 1, 30])
                {
                    time.SetUtcNow(RandomFlags.Center.AddDays(day).AddHours(7));
                    foreach (RandomContext context in sample.Contexts)
                    {
                        if (hasThrown && ours is null)
                            break;
                        (bool isOn, Variant? variant, Exception? exception) = await AskAsync(microsoft, name, context);
                        hasThrown |= exception is not null;
                        if (ours is null)
                            continue;
                        if (exception is not null)
                            throw new DifferenceException($"Microsoft throws {exception.Message} for {context}, we load {flag}");
                        FlagEvaluation evaluation = ours.Evaluate(name, context.Ours);
                        if (evaluation.IsEnabled != isOn || evaluation.Variant?.Name != variant?.Name)
                            throw new DifferenceException($"we say {evaluation}, Microsoft {isOn} '{variant?.Name}' for {context}: {flag}");
                    }
                }

                Interlocked.Add(ref threw, hasThrown ? 1 : 0);
                Interlocked.Add(ref refused, errors.Count > 0 ? 1 : 0);
                Interlocked.Add(ref agreed, ours is null ? 0 : 1);
                if (!hasThrown && errors.Count > 0)
                    onlyOurs.TryAdd(errors[0].Message, flag);
            },
            iter: Flags, threads: System.Environment.ProcessorCount, print: sample => sample.Flag.ToJsonString());

        string tally = $"{Flags} flags: Microsoft threw for {threw}, we refused {refused}, {agreed} answered alike\n{string.Join('\n', onlyOurs.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key}  <-  {o.Value}"))}";
        TestContext.Current.TestOutputHelper?.WriteLine(tally);
        Assert.DoesNotContain(onlyOurs, o => !Documented.IsMatch(o.Key));
        Assert.True(threw > Flags / 20 && agreed > Flags / 5 && refused >= threw, tally);
    }

    private static async Task<(bool IsOn, Variant? Variant, Exception? Exception)> AskAsync(MicrosoftEngine microsoft, string name, RandomContext context)
    {
        try
        {
            return (await microsoft.IsEnabledAsync(name, context.Theirs), await microsoft.GetVariantAsync(name, context.Theirs), null);
        }
        catch (Exception e) when (e is FeatureManagementException or ArgumentException or InvalidOperationException or FormatException or NullReferenceException or InvalidCastException)
        {
            return (false, null, e);
        }
    }

    private static string Document(string flag, bool isDotnet) =>
        isDotnet ? $"{{ \"FeatureManagement\": {{ \"a\": {flag} }} }}" : $"{{ \"feature_management\": {{ \"feature_flags\": [{flag}] }} }}";

    /// <summary>Rules that name a missing variant name "" to Microsoft's engine, for the second of the differences.</summary>
    private static JsonNode WithoutMissingVariants(JsonNode flag)
    {
        JsonNode theirs = flag.DeepClone();
        if (theirs is not JsonObject members || members["allocation"] is not JsonObject allocation)
            return theirs;
        string?[] names = [.. (members["variants"] as JsonArray ?? []).Select(v => Text((v as JsonObject)?["name"]))];
        foreach (JsonObject rule in ((string[])["user", "group", "percentile"]).SelectMany(k => allocation[k] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (!names.Contains(Text(rule["variant"]), StringComparer.Ordinal))
                rule["variant"] = "";
        }

        return theirs;
    }

    private static string? Text(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.String => (string?)node,
        JsonValueKind.Number => node.ToJsonString(),
        JsonValueKind.True => bool.TrueString,
        JsonValueKind.False => bool.FalseString,
        _ => null,
    };

    private sealed class DifferenceException(string message) : Exception(message);
}
