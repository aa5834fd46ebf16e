namespace Varai.Monitoring.Alerts;

/// <summary>What of the alerts must outlive the process, as it is kept in the state store.</summary>
internal sealed record AlertMemory
{
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    /// <summary>When the process was there last, to the minute.</summary>
    public required DateTimeOffset SavedAt { get; init; }

    public required IReadOnlyList<RememberedAlert> Alerts { get; init; }
}
