using Varai.FeatureFlags.Evaluation;

namespace Varai.FeatureFlags.Exposures;

/// <summary>Tells who listens what flags gave whom.</summary>
internal sealed class FlagExposures
{
    /// <summary>Whether anybody listens. Read by every evaluation, so it is one read of a field.</summary>
    public bool IsListening => false;

    public void Record(FeatureFlagSnapshot snapshot, CompiledFlag flag, in FlagOutcome outcome, FlagContext? context)
    {
    }
}
