namespace Varai.State;

/// <summary>How both stores read and trim their change logs.</summary>
internal static class ChangeTrimming
{
    /// <summary>About how many changes a watcher takes at a time.</summary>
    public const int BatchSize = 256;

    /// <summary>Old changes go in steps of so many revisions: one at a time would cost every commit another page.</summary>
    public static int GetStep(int retention) => Math.Clamp(retention / 10, 1, 256);
}
