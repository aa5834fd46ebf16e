using System.Globalization;

namespace Varai.FeatureFlags.Engine;

/// <summary>Holds for a random share of the calls: Microsoft's percentage filter, which sticks to nobody.</summary>
internal sealed class RandomShare(double percentage) : CompiledCondition
{
    private static long _state = TimeProvider.System.GetTimestamp();

    public override FlagReason Reason => FlagReason.Split;

    public override FlagVerdict Test(FlagContext? context) => Of(Next() * 100 < percentage);

    public override string Explain(FlagContext? context) =>
        string.Create(CultureInfo.InvariantCulture, $"a random {percentage} % of the calls, decided anew by each");

    // SplitMix64: any thread, no lock, and far more even than a share of calls needs.
    private static double Next()
    {
        ulong z = (ulong)Interlocked.Add(ref _state, unchecked((long)0x9E3779B97F4A7C15));
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
