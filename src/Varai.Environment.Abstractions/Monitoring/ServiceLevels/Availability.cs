namespace Varai.Monitoring.ServiceLevels;

/// <summary>The arithmetic of availability. A share is from 0 to 1: 0.999 is 99.9 %.</summary>
public static class Availability
{
    /// <summary>How long something may be down in a period without missing a target: <c>(1 - target) * period</c>.</summary>
    /// <param name="target">The share of the time that it has to be up.</param>
    /// <param name="period">The period, such as 30 days.</param>
    /// <returns>43 minutes and 12 seconds for 0.999 and 30 days.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The target is not from 0 to 1, or the period is negative.</exception>
    public static TimeSpan AllowedDowntime(double target, TimeSpan period)
    {
        ThrowIfNoShare(target, nameof(target));
        ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.Zero);

        // In decimals: 1 - 0.9999 is not 0.0001 in binary.
        return TimeSpan.FromTicks((long)((1 - (decimal)target) * period.Ticks));
    }

    /// <summary>The share of the time that something is up which fails and is repaired: <c>MTBF / (MTBF + MTTR)</c>.</summary>
    /// <param name="meanTimeBetweenFailures">How long it works on average from a repair to the next failure (MTBF); more than zero.</param>
    /// <param name="meanTimeToRepair">How long it takes on average from a failure to the end of the repair (MTTR).</param>
    /// <exception cref="ArgumentOutOfRangeException">A time is out of range.</exception>
    public static double FromMeanTimes(TimeSpan meanTimeBetweenFailures, TimeSpan meanTimeToRepair)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(meanTimeBetweenFailures, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(meanTimeToRepair, TimeSpan.Zero);
        return meanTimeBetweenFailures.Ticks / ((double)meanTimeBetweenFailures.Ticks + meanTimeToRepair.Ticks);
    }

    /// <summary>How long something works on average between failures (MTBF): the time it was up for each failure.</summary>
    /// <param name="up">The time that it was up.</param>
    /// <param name="failures">How often it failed; at least once.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative, or there was no failure.</exception>
    public static TimeSpan MeanTimeBetweenFailures(TimeSpan up, long failures) => Mean(up, failures);

    /// <summary>How long repairs take on average (MTTR): the time it was down for each failure.</summary>
    /// <param name="down">The time that it was down.</param>
    /// <param name="failures">How often it failed; at least once.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative, or there was no failure.</exception>
    public static TimeSpan MeanTimeToRepair(TimeSpan down, long failures) => Mean(down, failures);

    /// <summary>The availability of something that needs all of several parts which fail independently: the product of theirs.</summary>
    /// <param name="parts">The availability of each part.</param>
    /// <returns>0.995 for five parts of 0.999; 1 for none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">One is not from 0 to 1.</exception>
    public static double Serial(params ReadOnlySpan<double> parts)
    {
        double all = 1;
        foreach (double part in parts)
        {
            ThrowIfNoShare(part, nameof(parts));
            all *= part;
        }

        return all;
    }

    /// <summary>The availability of something that needs any one of several parts which fail independently: <c>1 - (1 - a) * (1 - b) ...</c></summary>
    /// <param name="parts">The availability of each part.</param>
    /// <returns>0.9999 for two parts of 0.99; 0 for none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">One is not from 0 to 1.</exception>
    public static double Redundant(params ReadOnlySpan<double> parts)
    {
        double none = 1;
        foreach (double part in parts)
        {
            ThrowIfNoShare(part, nameof(parts));
            none *= 1 - part;
        }

        return 1 - none;
    }

    private static TimeSpan Mean(TimeSpan time, long failures)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        return TimeSpan.FromTicks(time.Ticks / failures);
    }

    private static void ThrowIfNoShare(double share, string name)
    {
        if (share is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(name, share, "An availability is a share from 0 to 1.");
    }
}
