using System.Globalization;
using Varai.Monitoring.Notifications.Dispatching;

namespace Varai.Tests.Monitoring.Notifications;

/// <summary>The truth table of Alertmanager's deduplication (notify, TestDedupStageNeedsUpdate, Apache-2.0), restated, with the cases between.</summary>
public sealed class RepetitionTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    // Last firing, last resolved, minutes ago, firing, resolved, sends resolved, cause. "-" as last firing: nothing was told.
    [InlineData("-", "", 0, "2,3,4", "", true, "First")]
    [InlineData("-", "", 0, "", "2,3,4", true, "None")]
    [InlineData("1,2,3", "", 1, "2,3,4", "", true, "NewFiring")]
    [InlineData("1,2,3", "", 1_000_000, "1,2,3", "", true, "Repeat")]
    [InlineData("1,2,3", "", 9, "1,2,3", "", true, "None")]
    [InlineData("1,2,3", "", 10, "1,2,3", "", true, "None")]
    [InlineData("1,2,3", "", 11, "1,2,3", "", true, "Repeat")]
    [InlineData("1,2,3", "", 11, "1,2", "", true, "Repeat")]
    [InlineData("1,2,3", "", 9, "1,2", "", true, "None")]
    [InlineData("", "1,2,3", 11, "", "3,4,5", true, "None")]
    [InlineData("1,2", "3", 9, "1", "2,3", false, "None")]
    [InlineData("1,2", "3", 9, "1", "2,3", true, "NewResolved")]
    [InlineData("1,2", "3", 9, "1,2", "3", true, "None")]
    [InlineData("1,2", "3", 9, "", "1,2,3", false, "AllResolved")]
    [InlineData("1,2", "3", 9, "", "1,2,3", true, "AllResolved")]
    [InlineData("", "1", 9, "1", "", true, "NewFiring")]
    public void Judge_TheTable_IsAlertmanagers(
        string lastFiring, string lastResolved, int minutesAgo, string firing, string resolved, bool sendsResolved, string cause)
    {
        LogEntry? last = lastFiring == "-" ? null : new LogEntry { Id = "", At = Now.AddMinutes(-minutesAgo), Firing = Set(lastFiring), Resolved = Set(lastResolved) };

        RepetitionCause found = Repetition.Judge(last, Set(firing), Set(resolved), sendsResolved, TimeSpan.FromMinutes(10), Now);

        Assert.Equal(cause, found.ToString());
    }

    private static HashSet<string> Set(string text) => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(t => t.ToString(CultureInfo.InvariantCulture))];
}
