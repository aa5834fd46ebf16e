using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Varai.Tests.Secrets;

/// <summary>Makes meters of one test's own and remembers what was measured on them.</summary>
internal sealed class TestMeterFactory : IMeterFactory
{
    private readonly ConcurrentDictionary<string, Meter> _meters = new();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<string> _seen = new();

    public TestMeterFactory()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsListening && instrument.Meter.Scope == this)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, null, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    public bool IsListening { get; set; } = true;

    /// <summary>What was measured, one line each: the instrument, its tags' values and, for what is counted, the number.</summary>
    public IReadOnlyList<string> Seen
    {
        get
        {
            _listener.RecordObservableInstruments();
            return [.. _seen];
        }
    }

    public int Count(string line) => Seen.Count(seen => seen == line);

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        return _meters.GetOrAdd(options.Name, static (_, options) => new Meter(options), options);
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (Meter meter in _meters.Values)
            meter.Dispose();
    }

    private void Note(Instrument instrument, long? value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _seen.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))} {value}".Trim());
}
