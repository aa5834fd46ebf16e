using System.Security.Cryptography;

namespace Varai.Vault.Secrets;

/// <summary>When to renew what ends.</summary>
internal static class VaultSchedule
{
    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(500);

    // A timer takes no more than about 49 days.
    private static readonly TimeSpan Latest = TimeSpan.FromDays(40);

    /// <summary>At two thirds of the time, or up to a tenth earlier, so that many instances do not all come at once.</summary>
    public static TimeSpan Renewal(TimeSpan duration) => Limit(duration * (2.0 / 3) * (1 - RandomNumberGenerator.GetInt32(1000) / 10_000.0));

    /// <summary>After a failure: several times more before the end.</summary>
    public static TimeSpan Retry(TimeSpan remaining) => Limit(TimeSpan.FromSeconds(Math.Min(remaining.TotalSeconds / 5, 30)));

    private static TimeSpan Limit(TimeSpan due) => due < Soonest ? Soonest : due > Latest ? Latest : due;
}
