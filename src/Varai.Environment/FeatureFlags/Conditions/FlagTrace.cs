namespace Varai.FeatureFlags.Conditions;

/// <summary>Collects the steps of an explanation.</summary>
internal sealed class FlagTrace
{
    private readonly List<FlagExplanationStep> _steps = [];
    private int _depth;

    public IReadOnlyList<FlagExplanationStep> Steps => _steps;

    public void Add(string rule, bool? outcome, string text) => _steps.Add(new FlagExplanationStep(rule, outcome, text, _depth));

    /// <summary>What follows is nested in the step before.</summary>
    public void Enter() => _depth++;

    public void Leave() => _depth--;
}
