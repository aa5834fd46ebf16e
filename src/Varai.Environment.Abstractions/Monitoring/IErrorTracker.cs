namespace Varai.Monitoring;

/// <summary>The errors of this process, grouped by what they are and where they come from. Inject it, or take it from
/// <see cref="IVaraiEnvironment.Errors"/>; it is a singleton, and safe from any thread.</summary>
/// <remarks>
/// <para>What the service records is always kept. With <c>AddErrorTracking()</c>, what is logged with an exception as an error or as critical is,
/// too, and what nobody caught. Each is counted in the metric <c>varai.errors</c>, with its type as the label <c>error.type</c>.</para>
/// <para>An exception that passes by several times within a few seconds, such as one that is logged by two layers, counts once. One that wraps
/// another is known by its own type; of an <see cref="AggregateException"/> with one exception in it, that one counts.</para>
/// <para>Messages of exceptions may hold secrets and personal data: none is kept unless <c>Varai:ErrorTracking:KeepMessages</c> says so.</para>
/// </remarks>
public interface IErrorTracker
{
    /// <summary>Counts an error that the service has dealt with itself. Never throws but for <see langword="null"/>.</summary>
    /// <param name="exception">The error.</param>
    void Record(Exception exception);

    /// <summary>The groups, the one seen last first; at most <c>Varai:ErrorTracking:MaxGroups</c> and one.</summary>
    IReadOnlyList<ErrorGroup> GetErrors();
}
