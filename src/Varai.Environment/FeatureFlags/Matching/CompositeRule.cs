using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Matching;

/// <summary><c>all</c> or <c>any</c> of several rules.</summary>
internal sealed class CompositeRule : MatchRule
{
    private readonly MatchRule[] _rules;
    private readonly string[]? _names;
    private readonly MatchOutcome _decisive;

    /// <param name="isAny">Whether one met rule suffices.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="names">What to call each of them when it decides; <see langword="null"/> when that is not told.</param>
    public CompositeRule(bool isAny, MatchRule[] rules, string[]? names)
    {
        _rules = rules;
        _names = names;
        _decisive = isAny ? MatchOutcome.Met : MatchOutcome.NotMet;
        Cost = Sum(rules);
    }

    public override int Cost { get; }

    private string Word => _decisive == MatchOutcome.Met ? "any" : "all";

    public override MatchOutcome Evaluate(ref FlagQuery query, ref string? decided)
    {
        MatchOutcome outcome = _decisive.Negate();
        for (int i = 0; i < _rules.Length; i++)
        {
            string? inner = null;
            MatchOutcome one = _rules[i].Evaluate(ref query, ref inner);
            if (one == _decisive)
            {
                if (_names is not null)
                    decided = inner ?? _names[i];
                return one;
            }

            if (one == MatchOutcome.Unknown)
                outcome = one;
        }

        return outcome;
    }

    public override void Explain(ref FlagQuery query, FlagTrace trace, string name, string path)
    {
        MatchOutcome outcome = Evaluate(ref query);
        trace.Add(name, outcome.ToStep(), Describe(ref query, outcome, path));
        trace.Enter();
        for (int i = 0; i < _rules.Length; i++)
        {
            string inner = $"{path}{Word}[{i}]";
            _rules[i].Explain(ref query, trace, inner, inner + ".");
        }

        trace.Leave();
    }

    private string Describe(ref FlagQuery query, MatchOutcome outcome, string path)
    {
        if (outcome == MatchOutcome.Unknown)
            return "it can't be told, which counts as not met";
        if (outcome != _decisive)
            return outcome == MatchOutcome.Met ? $"all of its {_rules.Length} rules are met" : $"none of its {_rules.Length} rules is met";

        int index = 0;
        while (_rules[index].Evaluate(ref query) != _decisive)
            index++;
        return $"{path}{Word}[{index}] is {(outcome == MatchOutcome.Met ? "met" : "not met")}";
    }
}
