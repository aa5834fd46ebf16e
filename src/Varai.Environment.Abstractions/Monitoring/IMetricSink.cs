namespace Varai.Monitoring;

/// <summary>Is told of every measurement: of the service's own metrics and of the meters that <c>Varai:Monitoring:Meters</c> names.
/// Written by services and packages that send metrics somewhere; added with <c>AddMetricSink</c>.</summary>
/// <remarks>
/// <para>It is called on the thread that records, in the middle of the service's work and from many threads at once: it must not block and
/// should not allocate. What has to be sent is put aside and sent from elsewhere. Measurements of observable instruments
/// come from one thread, every <c>Varai:Monitoring:PollInterval</c>.</para>
/// <para>What it throws is logged and does no harm to the recording code or to other sinks. The container disposes it.</para>
/// </remarks>
public interface IMetricSink
{
    /// <summary>Takes one measurement.</summary>
    /// <param name="instrument">Where it comes from; <see cref="MetricInstrument.Kind"/> says what the value means.</param>
    /// <param name="value">The value; whatever was recorded, so it may be no number or infinite.</param>
    /// <param name="labels">The labels as they were given: in any order, not checked for repeats. Only valid during the call.</param>
    void Record(MetricInstrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels);
}
