namespace Varai.Monitoring.Sketches;

/// <summary>Maps a magnitude to a bin, so that all magnitudes of a bin are within 1 % of the bin's value.</summary>
/// <remarks>
/// <para>The cubically interpolated mapping of DDSketch (Masson, Rim and Lee, VLDB 2019; the mapping is that of DataDog's sketches): the
/// logarithm is taken from the exponent of the number, and between two powers of two from the polynomial (6s³ - 21s² + 50s)/35 of the
/// mantissa 1 + s. No bin is wider than exp(0.7/35), which is 35 bins for each doubling and an error of 0.99997 %.</para>
/// <para>Magnitudes from 2^-30 (about 10^-9) to 2^50 (about 10^15) have bins of their own. What is smaller counts as 0, what is
/// greater as the last bin.</para>
/// </remarks>
internal static class SketchMapping
{
    public const int Bins = Octaves * BinsPerOctave;
    public const double LeastMagnitude = 1.0 / (1L << -LeastExponent);
    public const double GreatestMagnitude = 1L << (LeastExponent + Octaves);
    public const double RelativeError = 0.01;

    private const int BinsPerOctave = 35;
    private const int Octaves = 80;
    private const int LeastExponent = -30;
    private const int ExponentBias = 1023;
    private const long Mantissa = 0x000F_FFFF_FFFF_FFFF;
    private const long One = 0x3FF0_0000_0000_0000;

    private static readonly double[] Values = ValuesOfOneOctave();

    /// <summary>The bin of a magnitude of at least <see cref="LeastMagnitude"/>.</summary>
    public static int BinOf(double magnitude)
    {
        long bits = BitConverter.DoubleToInt64Bits(magnitude);
        int octave = (int)(bits >> 52) - ExponentBias - LeastExponent;
        double s = BitConverter.Int64BitsToDouble((bits & Mantissa) | One) - 1;
        return Math.Min((octave * BinsPerOctave) + (int)Polynomial(s), Bins - 1);
    }

    /// <summary>The value that stands for all magnitudes of a bin.</summary>
    public static double ValueOf(int bin) => Math.ScaleB(Values[bin % BinsPerOctave], (bin / BinsPerOctave) + LeastExponent);

    private static double Polynomial(double s) => ((((6 * s) - 21) * s) + 50) * s;

    private static double[] ValuesOfOneOctave()
    {
        double[] values = new double[BinsPerOctave];
        double lower = 1;
        for (int i = 0; i < BinsPerOctave; i++)
        {
            double upper = 1 + Root(i + 1);

            // Equally far from both ends, relative to each.
            values[i] = 2 * lower * upper / (lower + upper);
            lower = upper;
        }

        return values;
    }

    // The polynomial grows with s.
    private static double Root(double target)
    {
        (double low, double high) = (0, 1);
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            if (Polynomial(middle) < target)
                low = middle;
            else
                high = middle;
        }

        return high;
    }
}
