namespace Varai.FeatureFlags.Matching;

internal static class MatchOutcomeExtensions
{
    public static MatchOutcome ToOutcome(this bool isMet) => isMet ? MatchOutcome.Met : MatchOutcome.NotMet;

    public static MatchOutcome Negate(this MatchOutcome outcome) => outcome switch
    {
        MatchOutcome.Met => MatchOutcome.NotMet,
        MatchOutcome.NotMet => MatchOutcome.Met,
        _ => MatchOutcome.Unknown,
    };

    /// <summary>For a step of an explanation.</summary>
    public static bool? ToStep(this MatchOutcome outcome) => outcome switch
    {
        MatchOutcome.Met => true,
        MatchOutcome.NotMet => false,
        _ => null,
    };
}
