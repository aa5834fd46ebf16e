namespace Varai.FeatureFlags;

/// <summary>What one rule of a flag said.</summary>
/// <param name="Rule">The rule, such as <c>conditions.client_filters[0] (Microsoft.TimeWindow)</c>.</param>
/// <param name="Outcome">Whether it was met; <see langword="null"/> when it says nothing of itself (<c>enabled</c>, a default, a
/// note) or was not reached by the evaluation.</param>
/// <param name="Text">What it found, in words.</param>
/// <param name="Depth">How deep it is nested: 0 for the flag's own rules, 1 for those of a prerequisite or segment, ...</param>
public sealed record FlagExplanationStep(string Rule, bool? Outcome, string Text, int Depth)
{
    /// <summary>Writes it as one indented line.</summary>
    public override string ToString() =>
        $"{new string(' ', 2 + (Depth * 2))}{(Outcome switch { true => "+", false => "-", null => "." })} {Rule}: {Text}";
}
