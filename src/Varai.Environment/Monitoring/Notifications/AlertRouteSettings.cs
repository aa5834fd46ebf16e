namespace Varai.Monitoring.Notifications;

/// <summary>Which alerts go where. An alert takes the first route of a level that matches, and further ones where <see cref="Continue"/> is
/// set, and of a route's own routes in the same way; it stays at a route none of whose routes match.</summary>
public sealed class AlertRouteSettings
{
    /// <summary>The receiver's name.</summary>
    /// <value>Default: <see langword="null"/>, that of the route above; <c>default</c> for the root.</value>
    public string? Receiver { get; set; }

    /// <summary>What an alert's labels must be, all of these: <c>severity="critical"</c>, with <c>=</c>, <c>!=</c>, <c>=~</c> or <c>!~</c>. A label
    /// that is not there counts as empty. The root has none.</summary>
    /// <value>Default: none, every alert matches.</value>
    public IList<string> Matchers { get; } = [];

    /// <summary>Whether the routes after it are tried, too, when it matches.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Continue { get; set; }

    /// <summary>The labels whose values tell groups apart; the one name <c>...</c> stands for all labels.</summary>
    /// <value>Default: empty, those of the route above; for the root, all alerts are one group.</value>
    public IList<string> GroupBy { get; } = [];

    /// <summary>How long a new group waits for more alerts before it is told. An alert that began longer ago does not wait.</summary>
    /// <value>0 to 1 day. Default: <see langword="null"/>, that of the route above; 30 seconds for the root.</value>
    public TimeSpan? GroupWait { get; set; }

    /// <summary>How often it is looked whether a group has anything new to tell.</summary>
    /// <value>1 millisecond to 1 day. Default: <see langword="null"/>, that of the route above; 5 minutes for the root.</value>
    public TimeSpan? GroupInterval { get; set; }

    /// <summary>After how long the same is told again while it fires. Looked at every <see cref="GroupInterval"/>, so it is rounded up.</summary>
    /// <value>1 millisecond to 365 days. Default: <see langword="null"/>, that of the route above; 4 hours for the root.</value>
    public TimeSpan? RepeatInterval { get; set; }

    /// <summary>The time intervals during which nothing is told. Not inherited. The root has none.</summary>
    /// <value>Default: none.</value>
    public IList<string> MuteTimeIntervals { get; } = [];

    /// <summary>The time intervals outside of which nothing is told. Not inherited. The root has none.</summary>
    /// <value>Default: none, at all times.</value>
    public IList<string> ActiveTimeIntervals { get; } = [];

    /// <summary>The name of the escalation policy; <c>none</c> where the route above has one and this has not.</summary>
    /// <value>Default: <see langword="null"/>, that of the route above; none for the root.</value>
    public string? Escalation { get; set; }

    /// <summary>The routes below it.</summary>
    /// <value>Default: none.</value>
    public IList<AlertRouteSettings> Routes { get; } = [];
}
