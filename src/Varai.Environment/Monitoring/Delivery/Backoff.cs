namespace Varai.Monitoring.Delivery;

/// <summary>How long to wait after failures in a row: half a second, then half as much again each time, up to 40 seconds; give or take a half, so that
/// many senders do not come back together, which is 60 seconds at most.</summary>
/// <param name="jitter">Gives a number from 0 to 1, anew each time, from any thread.</param>
internal sealed class Backoff(Func<double> jitter)
{
    private const double First = 0.5;
    private const double Factor = 1.5;
    private const double Most = 40;

    public TimeSpan After(int failures)
    {
        double seconds = Math.Min(Most, First * Math.Pow(Factor, Math.Clamp(failures - 1, 0, 100)));
        return TimeSpan.FromSeconds(seconds * (0.5 + jitter()));
    }
}
