using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>Who gets which variant of a flag: users first, then groups, then rules, then percentiles, then the default.</summary>
public sealed class FeatureAllocation
{
    /// <summary>The variant when the flag is on and nothing else names one; <see langword="null"/> for none.</summary>
    public string? DefaultWhenEnabled { get; init; }

    /// <summary>The variant when the flag is off; <see langword="null"/> for none.</summary>
    public string? DefaultWhenDisabled { get; init; }

    /// <summary>Variants of named users; the first that names the user counts.</summary>
    public IReadOnlyList<VariantTargets> Users { get; init; } = [];

    /// <summary>Variants of groups; the first that names one of the caller's counts.</summary>
    public IReadOnlyList<VariantTargets> Groups { get; init; } = [];

    /// <summary>Variants by condition; the first that holds counts.</summary>
    public IReadOnlyList<VariantRule> Rules { get; init; } = [];

    /// <summary>Variants by percentile; the first whose range has the caller counts.</summary>
    public IReadOnlyList<VariantPercentile> Percentiles { get; init; } = [];

    /// <summary>The attribute by which callers are put into percentiles.</summary>
    /// <value>Default: <c>user</c>, the <see cref="FlagContext.User"/>.</value>
    public string By { get; init; } = FlagContext.UserAttribute;

    /// <summary>What the percentile is drawn from besides the attribute; flags with the same seed draw the same.</summary>
    /// <value>Default: <see langword="null"/> for one made of the flag's name.</value>
    public string? Seed { get; init; }

    /// <summary>The node it was read from, for messages; <see langword="null"/> when it was made in code.</summary>
    public ConfigurationNode? Node { get; init; }
}
