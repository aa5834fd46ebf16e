using Microsoft.Extensions.Logging;

namespace Varai.Monitoring.Listening;

/// <summary>A sink that may throw without harm to the code that records.</summary>
internal sealed class GuardedSink(IMetricSink sink, TimeProvider time, GuardedLogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    private long _lastTold = long.MinValue;

    public void Record(MetricInstrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        try
        {
            sink.Record(instrument, value, labels);
        }
        catch (Exception e)
        {
            Tell(e);
        }
    }

    private void Tell(Exception exception)
    {
        long now = time.GetTimestamp();
        long last = Volatile.Read(ref _lastTold);
        if ((last == long.MinValue || time.GetElapsedTime(last, now) >= Pause) && Interlocked.CompareExchange(ref _lastTold, now, last) == last)
            logger.MetricSinkFailed(exception, sink.GetType().Name, Pause);
    }
}
