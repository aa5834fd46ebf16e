using Microsoft.Extensions.Logging;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>Logs what an evaluation comes upon, once for each thing. A logger that throws must not reach whoever asks for a flag.</summary>
internal sealed class FlagReports(ILogger<IFeatureFlags> logger)
{
    private readonly LogOnce _unknown = new();
    private readonly LogOnce _mismatches = new();
    private readonly LogOnce _failures = new();

    public void Unknown(string flag, IReadOnlyList<string> names)
    {
        // What is logged is made apart: a lambda here would cost every unknown flag an allocation.
        if (_unknown.IsFirst(flag))
            Write(Hint(flag, names), (flag, false));
    }

    public void Undeclared(string flag, IReadOnlyList<string> names)
    {
        if (_unknown.IsFirst(flag))
            Write(Hint(flag, names), (flag, true));
    }

    public void ParameterMismatch(string flag, string parameter, string problem)
    {
        if (_mismatches.IsFirst($"{flag}:{parameter}"))
            Guard(() => logger.FeatureParameterMismatch(flag, parameter, problem));
    }

    public void FilterFailed(string flag, string rule, Exception exception)
    {
        if (_failures.IsFirst($"{flag}:{rule}"))
            Guard(() => logger.FeatureFilterFailed(exception, flag, rule));
    }

    /// <summary>Listeners of the service's own may throw.</summary>
    public void ListenerFailed(Exception exception)
    {
        if (_failures.IsFirst("listener"))
            Guard(() => logger.FeatureFlagListenerFailed(exception));
    }

    private void Write(string hint, (string Flag, bool IsDeclared) unknown) => Guard(() =>
    {
        if (unknown.IsDeclared)
            logger.DeclaredFeatureUnknown(unknown.Flag, hint);
        else
            logger.FeatureUnknown(unknown.Flag, hint);
    });

    private static string Hint(string flag, IReadOnlyList<string> names) =>
        Spelling.Nearest(flag, names) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    private static void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception)
        {
            // Nobody is left to tell.
        }
    }
}
