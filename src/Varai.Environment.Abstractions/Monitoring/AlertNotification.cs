namespace Varai.Monitoring;

/// <summary>What is sent through an <see cref="IAlertChannel"/>: a group of alerts that belong together.</summary>
public sealed record AlertNotification
{
    /// <summary>Tells this notification from all others, and stays the same when it is sent again after a failure: the key by which whoever
    /// receives it can drop a second copy.</summary>
    public required string Id { get; init; }

    /// <summary>Why it is sent.</summary>
    public AlertNotificationReason Reason { get; init; }

    /// <summary>The receiver that the route leads to.</summary>
    public required string Receiver { get; init; }

    /// <summary>Tells the group from others, and stays the same from its first notification to its last: the key of an incident or a thread.</summary>
    public required string GroupKey { get; init; }

    /// <summary>The labels by which the alerts were grouped.</summary>
    public required IReadOnlyDictionary<string, string> GroupLabels { get; init; }

    /// <summary>The alerts, at least one, those that fire first.</summary>
    public required IReadOnlyList<Alert> Alerts { get; init; }

    /// <summary>How many more alerts there are than are listed. Default: 0.</summary>
    public int TruncatedAlerts { get; init; }

    /// <summary>When it was made; whether an alert of it fires is judged at this moment.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The environment whose service sends it, such as <c>production</c>.</summary>
    public required string Environment { get; init; }

    /// <summary>Where the alerts are to be seen and acknowledged, such as the dashboard. Default: <see langword="null"/>.</summary>
    public Uri? ExternalUrl { get; init; }

    /// <summary>Firing while one of the alerts is.</summary>
    public AlertStatus Status => Alerts.Any(a => a.StatusAt(At) == AlertStatus.Firing) ? AlertStatus.Firing : AlertStatus.Resolved;

    /// <summary>The greatest severity of its alerts, of those that fire where any does.</summary>
    public AlertSeverity Severity
    {
        get
        {
            AlertStatus status = Status;
            return Alerts.Where(a => a.StatusAt(At) == status).Max(a => a.Severity);
        }
    }

    /// <summary>The labels that all alerts have with the same value.</summary>
    public IReadOnlyDictionary<string, string> CommonLabels => Common(a => a.Labels);

    /// <summary>The annotations that all alerts have with the same text.</summary>
    public IReadOnlyDictionary<string, string> CommonAnnotations => Common(a => a.Annotations);

    private SortedDictionary<string, string> Common(Func<Alert, IReadOnlyDictionary<string, string>> of)
    {
        var common = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in of(Alerts[0]))
        {
            if (Alerts.All(a => of(a).GetValueOrDefault(name) == value))
                common.Add(name, value);
        }

        return common;
    }
}
