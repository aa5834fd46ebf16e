namespace Varai.Monitoring.Sketches;

/// <summary>A sketch to merge into and to read quantiles from. It is large and used again; not safe for two threads.</summary>
internal sealed class SketchCounts
{
    // Ordered by the values they stand for: negative ones by falling magnitude, zero, positive ones by rising magnitude.
    private const int Zero = SketchMapping.Bins;

    private readonly long[] _counts = new long[(2 * SketchMapping.Bins) + 1];
    private int _first = int.MaxValue;
    private int _last = -1;

    /// <summary>How many values there are.</summary>
    public long Total { get; private set; }

    public void Add(int bin, bool negative, long count) => AddAt(negative ? Zero - 1 - bin : Zero + 1 + bin, count);

    public void AddZeros(long count)
    {
        if (count > 0)
            AddAt(Zero, count);
    }

    public void Clear()
    {
        if (_last >= 0)
            Array.Clear(_counts, _first, _last - _first + 1);
        (_first, _last, Total) = (int.MaxValue, -1, 0);
    }

    /// <summary>Adds the values of an encoded sketch.</summary>
    public void Add(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IsEmpty)
            return;
        int position = (int)SketchEncoding.Read(ref encoded);
        while (!encoded.IsEmpty)
        {
            long count = SketchEncoding.Read(ref encoded);
            if (count == 0)
                position += (int)SketchEncoding.Read(ref encoded);
            else
                AddAt(position++, count);
        }
    }

    /// <summary>Extremes that were taken down beside the counts, moved outwards where a value is counted beyond them; there is at least one value.
    /// </summary>
    public (double Min, double Max) Include(double min, double max)
    {
        if (!double.IsFinite(min) || PositionOf(min) > _first)
            min = ValueAt(_first);
        if (!double.IsFinite(max) || PositionOf(max) < _last)
            max = ValueAt(_last);
        return (Math.Min(min, max), Math.Max(min, max));
    }

    /// <summary>The sketch in few bytes: about one to three for each bin that has values.</summary>
    public byte[] Encode()
    {
        if (_last < 0)
            return [];
        ReadOnlySpan<long> counts = _counts.AsSpan(_first, _last - _first + 1);
        byte[] encoded = new byte[SketchEncoding.Write([], _first, counts)];
        SketchEncoding.Write(encoded, _first, counts);
        return encoded;
    }

    /// <summary>The value with the rank <c>rank * (Total - 1)</c> from below, at most 1 % off.</summary>
    /// <param name="rank">From 0 to 1; there is at least one value.</param>
    public double Quantile(double rank)
    {
        double wanted = rank * (Total - 1);
        long below = 0;
        for (int i = _first; i < _last; i++)
        {
            below += _counts[i];
            if (below > wanted)
                return ValueAt(i);
        }

        return ValueAt(_last);
    }

    /// <summary>How many values are at most a threshold; those in its bin count where the bin's value does.</summary>
    public long CountUpTo(double threshold)
    {
        int position = PositionOf(threshold);
        int end = ValueAt(position) <= threshold ? position : position - 1;
        long count = 0;
        for (int i = _first; i <= Math.Min(end, _last); i++)
            count += _counts[i];
        return count;
    }

    private static int PositionOf(double value) => value switch
    {
        >= SketchMapping.LeastMagnitude => Zero + 1 + SketchMapping.BinOf(value),
        <= -SketchMapping.LeastMagnitude => Zero - 1 - SketchMapping.BinOf(-value),
        _ => Zero,
    };

    private static double ValueAt(int position) => position switch
    {
        Zero => 0,
        < Zero => -SketchMapping.ValueOf(Zero - 1 - position),
        _ => SketchMapping.ValueOf(position - Zero - 1),
    };

    private void AddAt(int position, long count)
    {
        _counts[position] += count;
        Total += count;
        _first = Math.Min(_first, position);
        _last = Math.Max(_last, position);
    }
}
