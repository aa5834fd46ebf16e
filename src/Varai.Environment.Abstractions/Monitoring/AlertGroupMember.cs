namespace Varai.Monitoring;

/// <summary>An alert of a group, and what keeps it from being told.</summary>
public sealed record AlertGroupMember
{
    /// <summary>The alert; its end is there only when it has ended.</summary>
    public required Alert Alert { get; init; }

    /// <summary>Whether it fires.</summary>
    public required AlertStatus Status { get; init; }

    /// <summary>Who takes care; <see langword="null"/> when nobody has said so.</summary>
    public AlertAcknowledgement? Acknowledgement { get; init; }

    /// <summary>The ids of the silences that hold for it now.</summary>
    public IReadOnlyList<string> SilencedBy { get; init; } = [];

    /// <summary>The fingerprints of the alerts that inhibit it, one for each rule.</summary>
    public IReadOnlyList<string> InhibitedBy { get; init; } = [];

    /// <summary>Whether it begins and ends so often that its changes are held.</summary>
    public bool IsFlapping { get; init; }
}
