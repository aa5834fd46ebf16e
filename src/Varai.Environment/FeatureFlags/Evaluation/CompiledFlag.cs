using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Exposures;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>A flag ready to be asked. Immutable but for what it remembers of its answers, and for its prerequisites while they are being linked.</summary>
internal sealed class CompiledFlag
{
    public const string EnabledRule = "enabled";
    public const string KillSwitchRule = "kill_switch";

    private volatile Constancy _constancy;

    /// <summary>The answer for everybody, where there is one and nobody needs to be told that it was given; the way that a service
    /// takes millions of times a second. <see cref="FastAnswer.Ask"/> sends the next call the long way, which sets it again.</summary>
    public volatile FastAnswer Fast = FastAnswer.Ask;

    /// <summary>The whole of <see cref="Fast"/>'s answer, where the variant is the same for everybody, too; null until somebody asks
    /// for it. It counts only while <see cref="Fast"/> does.</summary>
    public volatile KnownEvaluation? Known;

    /// <summary>Made when it is first counted or told of.</summary>
    public ExposedFlag? Exposed { get; set; }

    /// <summary>Whether it was evaluated since somebody last looked; see the usage report.</summary>
    public volatile bool WasAsked;

    public required string Name { get; init; }

    /// <summary>Whether it is switched on.</summary>
    public required bool Enabled { get; init; }

    /// <summary>What switched it off: <see cref="EnabledRule"/> or <see cref="KillSwitchRule"/>.</summary>
    public string OffRule { get; init; } = EnabledRule;

    /// <summary>Off because none of its filters has a name, as Microsoft's schema has it.</summary>
    public bool HasNoUsableFilter { get; init; }

    public CompiledPrerequisite[] Prerequisites { get; init; } = [];

    /// <summary>Null when there are none.</summary>
    public CompiledConditions? Conditions { get; init; }

    /// <summary>Null when there are no variants or nothing allocates them.</summary>
    public CompiledAllocation? Allocation { get; init; }

    public required FeatureParameters Parameters { get; init; }

    /// <summary>Every variant, for who lists them.</summary>
    public IReadOnlyList<CompiledVariant> Variants { get; init; } = [];

    public FlagTelemetry? Telemetry { get; init; }

    public required FeatureFlagDefinition Definition { get; init; }

    /// <summary>Whether the answer is the same for everybody at any time.</summary>
    public bool IsConstant
    {
        get
        {
            if (_constancy == Constancy.Unknown)
                _constancy = FindConstancy();
            return _constancy == Constancy.Constant;
        }
    }

    public FlagOutcome Evaluate(ref FlagQuery query)
    {
        if (!Enabled)
        {
            query.Trace?.Add(OffRule, outcome: false, OffRule == KillSwitchRule ? "the kill switch is thrown: off, whatever else is written" : "the flag is switched off");
            FlagOutcome off = SwitchedOff(ref query, OffRule);
            ExplainRest(ref query, from: 0, "were it switched on, the rest would say:");
            return off;
        }

        query.Trace?.Add(EnabledRule, outcome: true, "the flag is switched on");
        for (int i = 0; i < Prerequisites.Length; i++)
        {
            if (Prerequisites[i].IsMet(ref query))
                continue;
            FlagOutcome off = SwitchedOff(ref query, Prerequisites[i].Rule);
            ExplainRest(ref query, from: i + 1, "were it met, the rest would say:");
            return off;
        }

        query.Decide(FlagReason.Static, rule: null);
        bool isOn = AreConditionsMet(ref query);
        CompiledVariant? variant = Assign(ref query, isOn);
        if (variant is null || variant.Override == StatusOverride.None)
            return new FlagOutcome(isOn, variant?.Variant, query.Outcome, query.Rule);
        bool overridden = variant.Override == StatusOverride.Enabled;
        query.Trace?.Add(variant.OverrideRule, overridden, overridden ? "turns the flag on" : "turns the flag off");
        return new FlagOutcome(overridden, variant.Variant, query.Outcome, overridden == isOn ? query.Rule : variant.OverrideRule);
    }

    private bool AreConditionsMet(ref FlagQuery query)
    {
        if (HasNoUsableFilter)
        {
            query.Trace?.Add("conditions", outcome: false, "no filter has a name, which counts as off");
            query.Decide(FlagReason.Default, rule: null);
            return false;
        }

        if (Conditions is not null)
            return Conditions.AreMet(ref query);
        query.Trace?.Add("conditions", outcome: null, "there are none: on for everybody");
        return true;
    }

    private CompiledVariant? Assign(ref FlagQuery query, bool isOn)
    {
        if (Allocation is null)
            return null;
        if (isOn)
            return Allocation.Assign(ref query);
        return Disabled(ref query);
    }

    private FlagOutcome SwitchedOff(ref FlagQuery query, string rule)
    {
        // A variant of a flag that is switched off never turns it on again.
        CompiledVariant? variant = Allocation is null ? null : Disabled(ref query);
        query.Decide(FlagReason.Disabled, rule);
        return new FlagOutcome(isEnabled: false, variant?.Variant, query.Outcome, rule);
    }

    // What the other rules say is part of an explanation, though the evaluation never gets there.
    private void ExplainRest(ref FlagQuery query, int from, string why)
    {
        if (query.Trace is not { } trace || (from == Prerequisites.Length && Conditions is null && Allocation is null))
            return;
        (FlagReason reason, string? rule, bool failed) = (query.Reason, query.Rule, query.Failed);
        trace.Add("otherwise", outcome: null, why);
        trace.Enter();
        for (int i = from; i < Prerequisites.Length; i++)
            Prerequisites[i].IsMet(ref query);
        query.Decide(FlagReason.Static, rule: null);
        Assign(ref query, AreConditionsMet(ref query));
        trace.Leave();
        query.Decide(reason, rule);
        query.Failed = failed;
    }

    private CompiledVariant? Disabled(ref FlagQuery query)
    {
        query.Trace?.Add(CompiledAllocation.WhenDisabledRule, outcome: null,
            Allocation!.WhenDisabled is { } variant ? $"gives {variant.Variant.Name}" : "gives no variant");
        return Allocation!.WhenDisabled;
    }

    private Constancy FindConstancy()
    {
        bool isSettled = !Enabled || HasNoUsableFilter || (Conditions is null && Prerequisites.Length == 0);
        bool mayBeOverridden = Enabled && Allocation is not null && Variants.Any(v => v.Override != StatusOverride.None);
        return isSettled && !mayBeOverridden ? Constancy.Constant : Constancy.Varies;
    }

    private enum Constancy : byte
    {
        Unknown,
        Constant,
        Varies,
    }
}
