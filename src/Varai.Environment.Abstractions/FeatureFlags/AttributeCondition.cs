namespace Varai.FeatureFlags;

/// <summary>Compares an attribute of the <see cref="FlagContext"/>.</summary>
/// <param name="attribute">The attribute's name; <c>user</c> and <c>groups</c> are <see cref="FlagContext.User"/> and
/// <see cref="FlagContext.Groups"/>.</param>
/// <param name="attributeOperator">How it is compared.</param>
/// <param name="values">What it is compared with, as text: <c>10</c>, <c>true</c>, <c>2.1.0</c>, <c>2026-01-31T00:00:00Z</c>.
/// Comparing operators take one value.</param>
public sealed class AttributeCondition(string attribute, AttributeOperator attributeOperator, params IEnumerable<string> values) : FeatureCondition
{
    /// <summary>The attribute's name.</summary>
    public string Attribute { get; } = attribute;

    /// <summary>How it is compared.</summary>
    public AttributeOperator Operator { get; } = attributeOperator;

    /// <summary>What it is compared with.</summary>
    public IReadOnlyList<string> Values { get; } = [.. values];

    /// <summary>Whether text is compared whatever its case (ordinal, no culture).</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool IgnoreCase { get; init; }
}
