using Microsoft.Extensions.Time.Testing;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Matching;

namespace Varai.Tests.FeatureFlags.Matching;

/// <summary>Compiles and evaluates rules that are written as JSON.</summary>
internal static class Rules
{
    public const string Name = "filters[0] (Varai.Match)";

    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly TimeProvider Time = new FakeTimeProvider(Now);

    public static (FlagCondition? Condition, List<ConfigurationError> Errors) Compile(string json, params (string Name, string Json)[] segments)
    {
        var errors = new List<ConfigurationError>();
        var sink = new FlagErrors(errors.Add);
        SegmentTable table = Segments(sink, segments);
        return (MatchCondition.Compile(Source(json, sink), table), errors);
    }

    public static (FlagCondition? Condition, List<ConfigurationError> Errors) CompileSegment(string json, params (string Name, string Json)[] segments)
    {
        var errors = new List<ConfigurationError>();
        var sink = new FlagErrors(errors.Add);
        SegmentTable table = Segments(sink, segments);
        return (SegmentCondition.Compile(Source(json, sink), table), errors);
    }

    public static FlagCondition Sound(string json, params (string Name, string Json)[] segments)
    {
        (FlagCondition? condition, List<ConfigurationError> errors) = Compile(json, segments);
        Assert.Empty(errors);
        return condition!;
    }

    public static IReadOnlyList<string> ErrorsOf(string json, params (string Name, string Json)[] segments)
    {
        (FlagCondition? condition, List<ConfigurationError> errors) = Compile(json, segments);
        Assert.NotEmpty(errors);
        Assert.Null(condition);
        return [.. errors.Select(error => error.ToString())];
    }

    public static bool IsMet(string json, FlagContext? context) => IsMet(Sound(json), context);

    public static bool IsMet(FlagCondition condition, FlagContext? context)
    {
        var query = new FlagQuery(context, Time, trace: null);
        bool isMet = condition.IsMet(ref query);
        Assert.Equal(isMet ? FlagReason.TargetingMatch : FlagReason.Default, query.Reason);
        return isMet;
    }

    public static string? RuleOf(FlagCondition condition, FlagContext context)
    {
        var query = new FlagQuery(context, Time, trace: null);
        return condition.IsMet(ref query) ? query.Rule : null;
    }

    public static IReadOnlyList<FlagExplanationStep> Explain(FlagCondition condition, FlagContext? context)
    {
        var trace = new FlagTrace();
        var query = new FlagQuery(context, Time, trace);
        condition.IsMet(ref query);
        return trace.Steps;
    }

    public static string Clause(string attribute, string operatorName, string? value = null, bool ignoreCase = false) =>
        $$"""{ "attribute": "{{attribute}}", "operator": "{{operatorName}}"{{value switch
        {
            null => "",
            ['[', ..] => $", \"values\": {value}",
            _ => $", \"value\": {value}",
        }}}{{(ignoreCase ? ", \"ignore_case\": true" : "")}} }""";

    private static SegmentTable Segments(FlagErrors sink, (string Name, string Json)[] segments) =>
        SegmentTable.Compile([.. segments.Select(one => new FeatureSegmentDefinition(one.Name, Nodes.Parse(one.Json)))], sink);

    private static ConditionSource Source(string json, FlagErrors sink)
    {
        ConfigurationNode node = Nodes.Parse(json);
        return new ConditionSource("flag", Name, node, node, new FlagKey("flags:flag:parameters"), sink);
    }
}
