using Microsoft.Extensions.Logging;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>Logs what an evaluation comes upon, once for each thing.</summary>
internal sealed class FlagReports(ILogger<IFeatureFlags> logger)
{
    private readonly LogOnce _unknown = new();
    private readonly LogOnce _mismatches = new();
    private readonly LogOnce _failures = new();

    public void Unknown(string flag, IReadOnlyList<string> names)
    {
        if (_unknown.IsFirst(flag))
            logger.FeatureUnknown(flag, Spelling.Nearest(flag, names) is { } nearest ? $" Did you mean '{nearest}'?" : "");
    }

    public void ParameterMismatch(string flag, string parameter, string problem)
    {
        if (_mismatches.IsFirst($"{flag}:{parameter}"))
            logger.FeatureParameterMismatch(flag, parameter, problem);
    }

    public void FilterFailed(string flag, string rule, Exception exception)
    {
        if (_failures.IsFirst($"{flag}:{rule}"))
            logger.FeatureFilterFailed(exception, flag, rule);
    }
}
