using System.Diagnostics.Metrics;
using Varai.Diagnostics;

namespace Varai.Monitoring.Delivery;

/// <summary>What the outbox measures, on the meter <c>Varai</c>.</summary>
internal sealed class DeliveryMetrics
{
    private readonly Histogram<double>? _duration;
    private readonly Counter<long>? _sent;
    private readonly Counter<long>? _failed;
    private readonly Counter<long>? _retried;

    /// <param name="meters">The host's; null to measure nothing.</param>
    /// <param name="waiting">How many wait for each channel.</param>
    public DeliveryMetrics(IMeterFactory? meters, Func<IEnumerable<Measurement<int>>> waiting)
    {
        if (meters is null)
            return;
        Meter meter = meters.Create(VaraiDiagnostics.Name);
        _duration = meter.CreateHistogram<double>("varai.alerts.send.duration", "s", "How long one attempt to send a notification took (channel, outcome: sent, retried, failed).");
        _sent = meter.CreateCounter<long>("varai.alerts.notifications.sent", "{notification}", "Notifications that a channel has accepted (channel).");
        _failed = meter.CreateCounter<long>("varai.alerts.notifications.failed", "{notification}", "Notifications that were given up (channel).");
        _retried = meter.CreateCounter<long>("varai.alerts.notifications.retried", "{attempt}", "Attempts that failed and are made again (channel).");
        meter.CreateObservableGauge("varai.alerts.notifications.waiting", waiting, "{notification}", "Notifications that wait to be sent (channel).");
    }

    public void Attempted(string channel, string outcome, TimeSpan duration) =>
        _duration?.Record(duration.TotalSeconds, new("channel", channel), new("outcome", outcome));

    public void Sent(string channel) => _sent?.Add(1, new KeyValuePair<string, object?>("channel", channel));

    public void Failed(string channel) => _failed?.Add(1, new KeyValuePair<string, object?>("channel", channel));

    public void Retried(string channel) => _retried?.Add(1, new KeyValuePair<string, object?>("channel", channel));
}
