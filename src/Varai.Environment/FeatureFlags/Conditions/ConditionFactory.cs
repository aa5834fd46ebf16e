using System.Diagnostics.CodeAnalysis;

namespace Varai.FeatureFlags.Conditions;

/// <summary>The conditions that are built in, by the name of their filter.</summary>
internal static class ConditionFactory
{
    // A name is found whole, or by what follows its last point, as Microsoft.FeatureManagement finds aliases.
    private static readonly (string Name, Func<ConditionSource, FlagCondition?> Compile)[] BuiltIn =
    [
        ("AlwaysOn", AlwaysOnCondition.Compile),
        ("On", AlwaysOnCondition.Compile),
        ("Microsoft.Targeting", TargetingCondition.Compile),
        ("Microsoft.TimeWindow", TimeWindowCondition.Compile),
        ("Microsoft.Percentage", PercentageCondition.Compile),
        ("Varai.Rollout", RolloutCondition.Compile),
    ];

    private static readonly Dictionary<string, Func<ConditionSource, FlagCondition?>> ByName = Index();

    /// <summary>Every name, full and short, for telling somebody what he may have meant.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];

    /// <summary>Finds what compiles a filter.</summary>
    /// <param name="name">The filter's name, whatever its case; with or without what precedes its last point.</param>
    /// <param name="compile">Makes the condition; null after it has reported errors.</param>
    public static bool TryFind(string name, [MaybeNullWhen(false)] out Func<ConditionSource, FlagCondition?> compile)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ByName.TryGetValue(name, out compile);
    }

    private static Dictionary<string, Func<ConditionSource, FlagCondition?>> Index()
    {
        var byName = new Dictionary<string, Func<ConditionSource, FlagCondition?>>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, Func<ConditionSource, FlagCondition?> compile) in BuiltIn)
        {
            byName.Add(name, compile);
            byName.TryAdd(name[(name.LastIndexOf('.') + 1)..], compile);
        }

        return byName;
    }
}
