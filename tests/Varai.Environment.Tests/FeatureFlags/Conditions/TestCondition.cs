using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Conditions;

namespace Varai.Tests.FeatureFlags.Conditions;

/// <summary>Compiles a condition of a filter's name and its parameters, and asks it.</summary>
internal sealed class TestCondition
{
    public const string Rule = "conditions.client_filters[0]";
    public const string Key = "flags:0:parameters";

    private readonly FlagCondition _condition;

    public TestCondition(string filter, string parameters, string flag = "Beta")
    {
        var errors = new List<ConfigurationError>();
        FlagCondition? condition = Compile(filter, parameters, flag, errors);
        Assert.Empty(errors);
        _condition = Assert.IsType<FlagCondition>(condition, exactMatch: false);
    }

    /// <summary>What is wrong with parameters; checks that they compile exactly when nothing is.</summary>
    public static IReadOnlyList<string> Errors(string filter, string parameters)
    {
        var errors = new List<ConfigurationError>();
        FlagCondition? condition = Compile(filter, parameters, "Beta", errors);
        Assert.Equal(errors.Count == 0, condition is not null);
        Assert.All(errors, e => Assert.True(e.Origin.Line > 0));
        return [.. errors.Select(e => e.ToString()[(e.Origin.ToString().Length + 2)..])];
    }

    public bool IsMet(FlagContext? context = null, TimeProvider? time = null)
    {
        var query = new FlagQuery(context, time ?? TimeProvider.System, trace: null);
        return _condition.IsMet(ref query);
    }

    public bool IsMet(TimeProvider time) => IsMet(context: null, time);

    /// <summary>The reason and the rule of a condition that is met; null otherwise.</summary>
    public (FlagReason Reason, string? Rule)? Decision(FlagContext? context, TimeProvider? time = null)
    {
        var query = new FlagQuery(context, time ?? TimeProvider.System, trace: null);
        bool met = _condition.IsMet(ref query);
        if (!met)
            Assert.Null(query.Rule);
        return met ? (query.Reason, query.Rule) : null;
    }

    /// <summary>The steps of an explanation, without the rule before them; checks that explaining changes nothing.</summary>
    public IReadOnlyList<string> Explain(FlagContext? context, TimeProvider? time = null)
    {
        var trace = new FlagTrace();
        var query = new FlagQuery(context, time ?? TimeProvider.System, trace);
        Assert.Equal(IsMet(context, time), _condition.IsMet(ref query));
        return [.. trace.Steps.Select(s => s.ToString().Trim().Replace(Rule, "", StringComparison.Ordinal))];
    }

    public void AllocatesNothing(FlagContext? context, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        long least = long.MaxValue;
        // The least of some rounds: compiling the loop again in the middle of one may allocate, too.
        for (int round = 0; round < 5 && least > 0; round++)
        {
            Ask(context, time, 200);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Ask(context, time, 1000);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private void Ask(FlagContext? context, TimeProvider time, int times)
    {
        for (int i = 0; i < times; i++)
        {
            var query = new FlagQuery(context, time, trace: null);
            _condition.IsMet(ref query);
        }
    }

    private static FlagCondition? Compile(string filter, string parameters, string flag, List<ConfigurationError> errors)
    {
        Assert.True(ConditionFactory.TryFind(filter, out var compile));
        ConfigurationNode node = ConfigurationJson.Parse(parameters, "test.json");
        return compile(new ConditionSource(flag, Rule, node, node, new FlagKey(Key), new FlagErrors(errors.Add)));
    }
}
