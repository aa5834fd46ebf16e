using Microsoft.Extensions.Logging;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>Logs what an evaluation comes upon, once for each thing. A logger that throws must not reach whoever asks for a flag.</summary>
internal sealed class FlagReports(ILogger<IFeatureFlags> logger)
{
    private readonly GuardedLogger _logger = new(logger);
    private readonly LogOnce _unknown = new();
    private readonly LogOnce _mismatches = new();
    private readonly LogOnce _failures = new();

    public void Unknown(string flag, IReadOnlyList<string> names)
    {
        if (_unknown.IsFirst(flag))
            _logger.FeatureUnknown(flag, Hint(flag, names));
    }

    public void Undeclared(string flag, IReadOnlyList<string> names)
    {
        if (_unknown.IsFirst(flag))
            _logger.DeclaredFeatureUnknown(flag, Hint(flag, names));
    }

    public void ParameterMismatch(string flag, string parameter, string problem)
    {
        if (_mismatches.IsFirst($"{flag}:{parameter}"))
            _logger.FeatureParameterMismatch(flag, parameter, problem);
    }

    public void FilterFailed(string flag, string rule, Exception exception)
    {
        if (_failures.IsFirst($"{flag}:{rule}"))
            _logger.FeatureFilterFailed(exception, flag, rule);
    }

    /// <summary>Listeners of the service's own may throw.</summary>
    public void ListenerFailed(Exception exception)
    {
        if (_failures.IsFirst("listener"))
            _logger.FeatureFlagListenerFailed(exception);
    }

    private static string Hint(string flag, IReadOnlyList<string> names) =>
        Spelling.Nearest(flag, names) is { } nearest ? $" Did you mean '{nearest}'?" : "";
}
