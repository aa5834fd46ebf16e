using Microsoft.Extensions.Logging;
using Varai.FeatureFlags.Engine;

namespace Varai.FeatureFlags;

/// <summary>Answers for a snapshot, and logs each unknown name once.</summary>
internal sealed class UnknownFlags(ILogger logger)
{
    private readonly LogOnce _logged = new();

    public bool IsOff(string name, FeatureFlagSnapshot snapshot)
    {
        if (_logged.IsFirst(name))
            logger.FeatureUnknown(name, Spelling.Nearest(name, snapshot.Names) is { } nearest ? $" Did you mean '{nearest}'?" : "");
        return false;
    }

    public FeatureParameters GetParameters(string name, FeatureFlagSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (snapshot.Find(name) is { } flag)
            return flag.Parameters;
        IsOff(name, snapshot);
        return FeatureParameters.Empty;
    }

    public FlagDecision Evaluate(string name, FlagContext? context, FeatureFlagSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(name);
        return snapshot.Find(name) is { } flag ? flag.Evaluate(context) : Unknown(name, snapshot);
    }

    public FlagExplanation Explain(string name, FlagContext? context, FeatureFlagSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(name);
        return snapshot.Find(name) is { } flag ? flag.Explain(context) : new FlagExplanation(Unknown(name, snapshot), []);
    }

    private FlagDecision Unknown(string name, FeatureFlagSnapshot snapshot) =>
        new(name, IsOff(name, snapshot), FlagReason.Unknown) { SnapshotVersion = snapshot.Version };
}
