namespace Varai.Monitoring;

/// <summary>Takes alerts and tells people: groups, silences, inhibits, deduplicates, escalates and sends them through every
/// <see cref="IAlertChannel"/> that a route leads to, as Prometheus' Alertmanager does. Alert rules tell it by themselves; anybody else may.</summary>
public interface IAlertDispatcher
{
    /// <summary>Takes alerts. Whoever raises an alert tells it again from time to time while it fires, and once when it has ended.</summary>
    /// <param name="alerts">The alerts, firing or ended.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the alerts are kept: none is lost after that when the process is killed.</returns>
    /// <exception cref="ArgumentException">An alert has no labels, or ends before it starts. The message names those that are wrong; all others of
    /// the call are taken and kept.</exception>
    /// <exception cref="State.StateException">They can't be kept. Tell them again.</exception>
    Task PostAsync(IReadOnlyList<Alert> alerts, CancellationToken cancellationToken = default);
}
