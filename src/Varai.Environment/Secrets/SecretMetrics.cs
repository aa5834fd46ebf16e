using System.Diagnostics.Metrics;
using Varai.Diagnostics;

namespace Varai.Secrets;

/// <summary>What the area measures, on the meter <c>Varai</c>. No value of a secret and no name of one is a tag.</summary>
internal sealed class SecretMetrics
{
    private readonly Histogram<double>? _duration;
    private readonly Counter<long>? _retries;
    private readonly Counter<long>? _skips;
    private readonly Counter<long>? _refreshes;

    /// <param name="meters">The host's; null to measure nothing.</param>
    /// <param name="circuits">The present state of each provider's circuit.</param>
    public SecretMetrics(IMeterFactory? meters, Func<IEnumerable<Measurement<int>>> circuits)
    {
        if (meters is null)
            return;
        Meter meter = meters.Create(VaraiDiagnostics.Name);
        _duration = meter.CreateHistogram<double>(
            "varai.secrets.provider.duration", "s", "How long one attempt of a call to a secret provider took (provider, operation, outcome).");
        _retries = meter.CreateCounter<long>(
            "varai.secrets.provider.retries", "{retry}", "Attempts that repeat a failed one (provider, operation).");
        _skips = meter.CreateCounter<long>(
            "varai.secrets.provider.skips", "{read}", "Reads that passed over an optional provider because it failed (provider).");
        _refreshes = meter.CreateCounter<long>(
            "varai.secrets.refreshes", "{refresh}", "Reads of a secret that is cached, to renew it (outcome: same, changed, failed).");
        meter.CreateObservableGauge(
            "varai.secrets.circuit.state", circuits, unit: null, "The circuit of a secret provider: 0 closed, 1 half-open, 2 open (provider).");
    }

    public void Refreshed(string outcome) => _refreshes?.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Called(string provider, string operation, string outcome, TimeSpan duration)
    {
        if (_duration?.Enabled == true)
            _duration.Record(duration.TotalSeconds, new("provider", provider), new("operation", operation), new("outcome", outcome));
    }

    public void Retried(string provider, string operation) => _retries?.Add(1, new("provider", provider), new("operation", operation));

    public void Skipped(string provider) => _skips?.Add(1, new KeyValuePair<string, object?>("provider", provider));
}
