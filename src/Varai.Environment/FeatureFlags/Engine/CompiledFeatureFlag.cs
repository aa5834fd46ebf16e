using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Engine;

/// <summary>A flag ready to be asked. Each decision it can come to is made here, so that asking only chooses one.</summary>
internal sealed class CompiledFeatureFlag : ResolvedFlag
{
    private readonly FlagEnvironment _environment;
    private readonly CompiledPrerequisite[] _prerequisites;
    private readonly CompiledCondition[] _conditions;
    private readonly CompiledAllocation? _allocation;
    private readonly bool _needsAll;
    private readonly long _version;

    private readonly FlagDecision[] _whenMet;
    private readonly FlagDecision _whenNotMet;

    public CompiledFeatureFlag(FlagParts parts, FlagEnvironment environment, long version)
        : base(parts.Definition)
    {
        _environment = environment;
        _version = version;
        Parameters = parts.Parameters;
        _prerequisites = parts.Prerequisites;
        _conditions = parts.Conditions;
        _needsAll = parts.Definition.Requirement == FeatureRequirement.All;
        Variants = parts.Definition.Variants;
        string conditions = FlagKeys.ConditionsOf(parts.Definition);

        if (parts.Definition.KillSwitch || !parts.Definition.Enabled)
        {
            FlagReason off = parts.Definition.KillSwitch ? FlagReason.Killed : FlagReason.Disabled;
            _whenMet = [];
            _whenNotMet = WhenOff(off, off == FlagReason.Killed ? "kill_switch" : "enabled", canBeOverridden: false);
            Constant = _whenNotMet;
            return;
        }

        string? defaultVariant = parts.Definition.Allocation?.DefaultWhenEnabled;
        _whenMet = _conditions.Length == 0 ? [Decide(defaultVariant, FlagReason.Static, rule: null)]
            : _needsAll ? [Decide(defaultVariant, ReasonOfAll(), conditions)]
            : [.. _conditions.Select((c, i) => Decide(defaultVariant, c.Reason, NodeReading.At(conditions, i)))];
        _whenNotMet = WhenOff(FlagReason.Default, rule: null, canBeOverridden: true);
        foreach (CompiledPrerequisite prerequisite in _prerequisites)
            prerequisite.Failed = WhenOff(FlagReason.PrerequisiteFailed, prerequisite.Rule, canBeOverridden: false);
        if (parts.Definition.Allocation is { } allocation)
        {
            _allocation = new CompiledAllocation(parts.Definition, allocation, parts.Rules, Decide);
            if (!_allocation.HasEntries)
                _allocation = null;
        }

        Constant = FindConstant();
        Cost = 1 + parts.Prerequisites.Sum(p => (long)((CompiledFeatureFlag)p.Flag).Cost) + _conditions.Sum(c => (long)c.Cost) + (_allocation?.Cost ?? 0);
    }

    public override FeatureParameters Parameters { get; }

    /// <summary>How many conditions an evaluation asks at most.</summary>
    public long Cost { get; }

    private IReadOnlyList<FeatureVariant> Variants { get; }

    public override FlagDecision Evaluate(FlagContext? context) => Constant ?? Choose(context ?? _environment.Contexts.Current);

    public override FlagExplanation Explain(FlagContext? context)
    {
        context ??= _environment.Contexts.Current;
        FlagDecision decision = Evaluate(context);
        var steps = new List<FlagExplanationStep>
        {
            new("kill_switch", Of(Definition.KillSwitch), Definition.KillSwitch ? "the flag is killed" : "the flag is not killed", decision.Reason == FlagReason.Killed),
            new("enabled", Of(Definition.Enabled), Definition.Enabled ? "the flag is enabled" : "the flag is disabled", decision.Reason is FlagReason.Disabled or FlagReason.Static),
        };
        foreach (CompiledPrerequisite prerequisite in _prerequisites)
        {
            FlagDecision other = prerequisite.Flag.Evaluate(context);
            steps.Add(new(prerequisite.Rule, Of(prerequisite.IsMet(other)), prerequisite.Explain(other), prerequisite.Rule == decision.Rule));
        }

        string conditions = FlagKeys.ConditionsOf(Definition);
        for (int i = 0; i < _conditions.Length; i++)
        {
            string rule = NodeReading.At(conditions, i);
            steps.Add(new(rule, _conditions[i].Test(context), _conditions[i].Explain(context), rule == decision.Rule || (_needsAll && conditions == decision.Rule)));
        }

        if (_allocation is not null)
            steps.AddRange(_allocation.Explain(context).Select(step => step.Rule == decision.Rule ? step with { IsDecisive = true } : step));
        if (decision.Variant is { StatusOverride: not FeatureStatusOverride.None } variant)
            steps.Add(new("status_override", FlagVerdict.Yes, $"the variant '{variant.Name}' makes the flag {(decision.IsEnabled ? "on" : "off")}", IsDecisive: false));
        return new FlagExplanation(decision, steps);
    }

    private static FlagVerdict Of(bool holds) => holds ? FlagVerdict.Yes : FlagVerdict.No;

    private FlagDecision Choose(FlagContext? context)
    {
        foreach (CompiledPrerequisite prerequisite in _prerequisites)
        {
            if (!prerequisite.IsMet(prerequisite.Flag.Evaluate(context)))
                return prerequisite.Failed;
        }

        FlagDecision? met = FindMet(context);
        return met is null ? _whenNotMet : _allocation?.Find(context) ?? met;
    }

    private FlagDecision? FindMet(FlagContext? context)
    {
        if (_needsAll || _conditions.Length == 0)
        {
            foreach (CompiledCondition condition in _conditions)
            {
                if (condition.Test(context) != FlagVerdict.Yes)
                    return null;
            }

            return _whenMet[0];
        }

        for (int i = 0; i < _conditions.Length; i++)
        {
            if (_conditions[i].Test(context) == FlagVerdict.Yes)
                return _whenMet[i];
        }

        return null;
    }

    private FlagDecision? FindConstant()
    {
        foreach (CompiledPrerequisite prerequisite in _prerequisites)
        {
            if (prerequisite.Flag.Constant is not { } decision)
                return null;
            if (!prerequisite.IsMet(decision))
                return prerequisite.Failed;
        }

        // Only what comes first, in the order of evaluation, may settle the matter: what comes later gives another rule.
        for (int i = 0; i < _conditions.Length; i++)
        {
            FlagVerdict? verdict = _conditions[i].Constant;
            if (verdict is null)
                return null;
            if (verdict == FlagVerdict.Yes && !_needsAll)
                return _allocation is null ? _whenMet[i] : null;
            if (verdict != FlagVerdict.Yes && _needsAll)
                return _whenNotMet;
        }

        return _conditions.Length > 0 && !_needsAll ? _whenNotMet : _allocation is null ? _whenMet[0] : null;
    }

    private FlagReason ReasonOfAll() =>
        Array.Exists(_conditions, c => c.Reason == FlagReason.Split) ? FlagReason.Split
        : Array.TrueForAll(_conditions, c => c.Reason == FlagReason.Static) ? FlagReason.Static
        : FlagReason.TargetingMatch;

    private FlagDecision Decide(string? variant, FlagReason reason, string? rule)
    {
        FeatureVariant? found = FindVariant(variant) ?? FindVariant(Definition.Allocation?.DefaultWhenEnabled);
        return Make(isEnabled: found?.StatusOverride != FeatureStatusOverride.Disabled, reason, rule, found);
    }

    private FlagDecision WhenOff(FlagReason reason, string? rule, bool canBeOverridden)
    {
        FeatureVariant? found = FindVariant(Definition.Allocation?.DefaultWhenDisabled);
        return Make(isEnabled: canBeOverridden && found?.StatusOverride == FeatureStatusOverride.Enabled, reason, rule, found);
    }

    private FlagDecision Make(bool isEnabled, FlagReason reason, string? rule, FeatureVariant? variant) =>
        new(Definition.Name, isEnabled, reason) { Variant = variant, Rule = rule, SnapshotVersion = _version };

    private FeatureVariant? FindVariant(string? name) => name is null ? null : Variants.FirstOrDefault(v => v.Name == name);
}
