namespace Varai.Monitoring.Windows;

/// <summary>What <see cref="Interlocked"/> lacks for floating point. Each is a full fence when it writes.</summary>
internal static class AtomicDouble
{
    /// <summary>Adds and gives the sum.</summary>
    public static double Add(ref double location, double value)
    {
        double seen = Volatile.Read(ref location);
        while (true)
        {
            double sum = seen + value;
            double found = Interlocked.CompareExchange(ref location, sum, seen);

            // By bits: the exchange distinguishes 0 and -0, which are equal.
            if (BitConverter.DoubleToInt64Bits(found) == BitConverter.DoubleToInt64Bits(seen))
                return sum;
            seen = found;
        }
    }

    public static void Min(ref double location, double value)
    {
        double seen = Volatile.Read(ref location);
        while (value < seen)
        {
            double found = Interlocked.CompareExchange(ref location, value, seen);
            if (BitConverter.DoubleToInt64Bits(found) == BitConverter.DoubleToInt64Bits(seen))
                return;
            seen = found;
        }
    }

    public static void Max(ref double location, double value)
    {
        double seen = Volatile.Read(ref location);
        while (value > seen)
        {
            double found = Interlocked.CompareExchange(ref location, value, seen);
            if (BitConverter.DoubleToInt64Bits(found) == BitConverter.DoubleToInt64Bits(seen))
                return;
            seen = found;
        }
    }
}
