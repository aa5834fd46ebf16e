namespace Varai.FeatureFlags.Matching;

/// <summary>How two values that have an order are compared.</summary>
internal enum Comparison
{
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}
