namespace Varai.FeatureFlags;

/// <summary>What a flag is for a caller, and why.</summary>
/// <remarks>Immutable; safe from any thread. A flag has few possible decisions, which are made with its snapshot, so that an
/// evaluation allocates nothing.</remarks>
public sealed class FlagDecision
{
    /// <summary>Creates a decision.</summary>
    /// <param name="flag">The flag's name.</param>
    /// <param name="isEnabled">Whether the flag is on.</param>
    /// <param name="reason">Why.</param>
    public FlagDecision(string flag, bool isEnabled, FlagReason reason)
    {
        Flag = flag;
        IsEnabled = isEnabled;
        Reason = reason;
    }

    /// <summary>The flag's name, as it is defined.</summary>
    public string Flag { get; }

    /// <summary>Whether the flag is on.</summary>
    public bool IsEnabled { get; }

    /// <summary>Why.</summary>
    public FlagReason Reason { get; }

    /// <summary>The variant; <see langword="null"/> when there is none.</summary>
    public FeatureVariant? Variant { get; init; }

    /// <summary>The part of the definition that decided, such as <c>conditions:0</c> or <c>allocation:percentile:1</c>; <see langword="null"/>
    /// when none did.</summary>
    public string? Rule { get; init; }

    /// <summary>The version of the snapshot: 1 for the first that a process loads, then one more each time.</summary>
    public long SnapshotVersion { get; init; }

    /// <summary>The flag, its state and the reason.</summary>
    public override string ToString() =>
        $"{Flag}: {(IsEnabled ? "on" : "off")}{(Variant is null ? "" : $", variant '{Variant.Name}'")} ({Reason}{(Rule is null ? "" : $" by {Rule}")})";
}
