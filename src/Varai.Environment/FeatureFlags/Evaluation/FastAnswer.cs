namespace Varai.FeatureFlags.Evaluation;

/// <summary>The answer of a flag that is the same for everybody.</summary>
internal enum FastAnswer : byte
{
    /// <summary>There is none, or the next call is to go the long way.</summary>
    Ask,
    Off,
    On,
}
