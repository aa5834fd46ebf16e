namespace Varai.FeatureFlags.Matching;

/// <summary>What an operator compares.</summary>
internal enum MatchOperatorKind
{
    Membership,
    Text,
    Pattern,
    Number,
    Version,
    Moment,
    Network,
    Existence,
}
