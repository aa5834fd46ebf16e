using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>Holds when a filter says so: one of the built-in ones of Microsoft's schema (<c>Microsoft.Targeting</c>,
/// <c>Microsoft.TimeWindow</c>, <c>Microsoft.Percentage</c>, <c>AlwaysOn</c>) or an <see cref="IFeatureFilter"/>.</summary>
/// <param name="filter">The filter's name, whatever its case; a name without a dot is also the last part of a dotted one.</param>
/// <param name="parameters">The filter's parameters: an object node, or <see langword="null"/> for none.</param>
public sealed class FilterCondition(string filter, ConfigurationNode? parameters = null) : FeatureCondition
{
    /// <summary>The filter's name.</summary>
    public string Filter { get; } = filter;

    /// <summary>The filter's parameters, or <see langword="null"/> for none.</summary>
    public ConfigurationNode? Parameters { get; } = parameters;
}
