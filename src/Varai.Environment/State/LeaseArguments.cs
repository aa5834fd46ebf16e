namespace Varai.State;

/// <summary>What both stores refuse before they look at a lease.</summary>
internal static class LeaseArguments
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    public static void Check(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, Longest);
    }
}
