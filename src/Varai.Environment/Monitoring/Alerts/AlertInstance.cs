namespace Varai.Monitoring.Alerts;

/// <summary>An alert of a rule while there is something to remember of it. Times are ticks of the engine's clock, which never jumps; 0 is
/// never.</summary>
internal sealed class AlertInstance(string key, IReadOnlyDictionary<string, string> groupLabels, IReadOnlyDictionary<string, string> labels)
{
    /// <summary>The group's key in the rule's query.</summary>
    public string Key => key;

    public IReadOnlyDictionary<string, string> GroupLabels => groupLabels;

    public IReadOnlyDictionary<string, string> Labels => labels;

    public AlertState State { get; set; }

    public long ActiveAt { get; set; }

    public long FiredAt { get; set; }

    public long KeepFiringSince { get; set; }

    /// <summary>When it ended, until that has been told.</summary>
    public long ResolvedAt { get; set; }

    /// <summary>When it was told last.</summary>
    public long SentAt { get; set; }

    /// <summary>The value when the condition held last; not a number when that was without one.</summary>
    public double Value { get; set; } = double.NaN;

    /// <summary>The value when it ended, where there was one.</summary>
    public double ResolvedValue { get; set; } = double.NaN;

    /// <summary>In which of the last evaluations the comparisons held, the latest in the lowest bit.</summary>
    public ulong History { get; set; }

    /// <summary>Until when an alert that was there before a restart is not ended by what the windows, which are new, don't know yet.</summary>
    public long GraceUntil { get; set; }

    /// <summary>The evaluation that saw its group last.</summary>
    public long Seen { get; set; }

    public bool IsToBeForgotten => State == AlertState.Inactive && ResolvedAt == 0 && History == 0;
}
