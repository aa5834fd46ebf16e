using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>What another flag must give before this one is looked at.</summary>
internal sealed class CompiledPrerequisite(string rule, string flagName, bool enabled, string[]? variants)
{
    private CompiledFlag? _flag;

    public string Rule => rule;

    public string FlagName => flagName;

    /// <summary>The other flag; linked when all flags are compiled.</summary>
    public CompiledFlag Flag
    {
        get => _flag!;
        set => _flag = value;
    }

    /// <summary>Whether the other flag is to be on, not off.</summary>
    public bool AsksForOn => enabled;

    /// <summary>Whether the other flag is to give certain variants.</summary>
    public bool AsksForVariant => variants is not null;

    public bool IsLinked => _flag is not null;

    public bool IsMet(ref FlagQuery query)
    {
        query.Trace?.Add(rule, outcome: null, $"asks for '{flagName}' to {Wanted()}; that flag says:");
        query.Trace?.Enter();
        FlagOutcome outcome = Flag.Evaluate(ref query);
        query.Trace?.Leave();
        // What a broken filter says of another flag opens nothing here, not even where that flag should be off.
        bool isMet = !query.Failed && outcome.IsEnabled == enabled && (variants is null || Gives(outcome.Variant));
        query.Trace?.Add(rule, isMet, $"'{flagName}' is {(outcome.IsEnabled ? "on" : "off")}{(outcome.Variant is { } v ? $", variant {v.Name}" : "")}");
        return isMet;
    }

    private bool Gives(FlagVariant? variant)
    {
        foreach (string name in variants!)
        {
            if (variant?.Name == name)
                return true;
        }

        return false;
    }

    private string Wanted() =>
        $"be {(enabled ? "on" : "off")}{(variants is null ? "" : $" with the variant {string.Join(" or ", variants)}")}";
}
