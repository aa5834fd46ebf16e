using System.Globalization;
using System.Text;

namespace Varai.FeatureFlags;

/// <summary>Which flags are used, and which could be cleaned up.</summary>
public sealed class FlagUsageReport
{
    /// <summary>Creates a report.</summary>
    /// <param name="time">When it was made, in UTC.</param>
    /// <param name="observedSince">Since when evaluations are watched, in UTC.</param>
    /// <param name="flags">Every defined flag.</param>
    /// <param name="stateFailure">Why what other nodes and earlier runs saw is not in it; <see langword="null"/> when it is.</param>
    public FlagUsageReport(
        DateTimeOffset time, DateTimeOffset observedSince, IReadOnlyList<FlagUsage> flags, string? stateFailure = null)
    {
        ArgumentNullException.ThrowIfNull(flags);
        Time = time;
        ObservedSince = observedSince;
        Flags = flags;
        StateFailure = stateFailure;
    }

    /// <summary>When it was made, in UTC.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Since when evaluations are watched in this environment, in UTC: nothing can be said of the time before.</summary>
    public DateTimeOffset ObservedSince { get; }

    /// <summary>Every defined flag, in the order of the definitions.</summary>
    public IReadOnlyList<FlagUsage> Flags { get; }

    /// <summary>Why what other nodes and earlier runs saw is not in it; <see langword="null"/> when it is.</summary>
    public string? StateFailure { get; }

    /// <summary>The flags that nobody has evaluated for so long, and that were watched for so long.</summary>
    /// <param name="period">How long, such as <c>TimeSpan.FromDays(30)</c>.</param>
    /// <returns>The flags, unused longest first.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The period is negative.</exception>
    public IReadOnlyList<FlagUsage> NotEvaluatedFor(TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.Zero);
        return [.. Flags.Where(f => Time - f.UnusedSince >= period).OrderBy(f => f.UnusedSince)];
    }

    /// <summary>The flags that have been on for everybody for so long, and that were watched for so long.</summary>
    /// <param name="period">How long, such as <c>TimeSpan.FromDays(30)</c>.</param>
    /// <returns>The flags, full longest first.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The period is negative.</exception>
    public IReadOnlyList<FlagUsage> AtFullFor(TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.Zero);
        return [.. Flags.Where(f => f.FullSince is { } since && Time - since >= period).OrderBy(f => f.FullSince)];
    }

    /// <summary>The report as a table, one line per flag.</summary>
    public override string ToString()
    {
        const string Head = "flag";
        int width = Flags.Select(f => f.Flag.Length).Append(Head.Length).Max();
        var text = new StringBuilder("Feature flags on ").Append(Show(Time)).Append(", watched since ").Append(Show(ObservedSince)).Append('.');
        if (StateFailure is not null)
            text.Append("\nOnly what this process saw: ").Append(StateFailure);
        text.Append('\n').Append(Head.PadRight(width)).Append("  on for     for everybody since   last evaluated");
        foreach (FlagUsage flag in Flags)
        {
            string evaluated = flag.LastEvaluated is { } last ? Show(last) : $"not since {Show(flag.FirstSeen)}";
            text.Append('\n').Append(flag.Flag.PadRight(width)).Append("  ").Append(flag.Reach.ToString().ToLowerInvariant().PadRight(9))
                .Append("  ").Append((flag.FullSince is { } full ? Show(full) : "-").PadRight(20)).Append("  ").Append(evaluated);
        }

        return text.ToString();
    }

    private static string Show(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
