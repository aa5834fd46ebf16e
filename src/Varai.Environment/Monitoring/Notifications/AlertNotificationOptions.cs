namespace Varai.Monitoring.Notifications;

/// <summary>Who is told of which alert, when and how often; bound from the section <c>Varai:AlertNotifications</c> and checked when the
/// host starts. Names and meanings are those of Prometheus' Alertmanager where it has them.</summary>
public sealed class AlertNotificationOptions
{
    /// <summary>The section they are bound from.</summary>
    public const string SectionName = "Varai:AlertNotifications";

    /// <summary>The root of the tree of routes, which every alert takes that no route below it takes.</summary>
    /// <value>Default: everything goes to the receiver <c>default</c>, in one group.</value>
    public AlertRouteSettings Route { get; } = new();

    /// <summary>The receivers, by their names.</summary>
    /// <value>Default: one receiver <c>default</c> with every channel there is. A receiver <c>default</c> of one's own replaces it.</value>
    public IDictionary<string, AlertReceiverSettings> Receivers { get; } = new Dictionary<string, AlertReceiverSettings>(StringComparer.Ordinal);

    /// <summary>Which alerts are not told while others fire.</summary>
    /// <value>Default: none.</value>
    public IList<AlertInhibitRuleSettings> InhibitRules { get; } = [];

    /// <summary>Times of the week or the year that routes and escalation policies refer to, by their names.</summary>
    /// <value>Default: none.</value>
    public IDictionary<string, AlertTimeIntervalSettings> TimeIntervals { get; } = new Dictionary<string, AlertTimeIntervalSettings>(StringComparer.Ordinal);

    /// <summary>Who is told next when nobody acknowledges, by the names of the policies, which routes refer to.</summary>
    /// <value>Default: none.</value>
    public IDictionary<string, AlertEscalationSettings> EscalationPolicies { get; } = new Dictionary<string, AlertEscalationSettings>(StringComparer.Ordinal);

    /// <summary>A sign of life at an interval.</summary>
    /// <value>Default: none is sent.</value>
    public AlertWatchdogSettings Watchdog { get; } = new();

    /// <summary>After how long an alert without an end counts as ended when it is not told again.</summary>
    /// <value>1 second to 7 days. Default: 5 minutes.</value>
    public TimeSpan ResolveTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many alerts one notification lists at most: those that fire first, the most severe and the oldest of them before others.</summary>
    /// <value>1 to 10,000. Default: 100.</value>
    public int MaxAlertsPerNotification { get; set; } = 100;

    /// <summary>How many notifications a receiver gets through one channel within <see cref="ReceiverWindow"/>. What comes beyond is held and
    /// summed up in one digest as soon as one may be sent again. Notifications that are the first to tell of a critical alert, and escalations, are not held.</summary>
    /// <value>0 to 10,000; 0 for no limit. Default: 20.</value>
    public int ReceiverLimit { get; set; } = 20;

    /// <summary>See <see cref="ReceiverLimit"/>.</summary>
    /// <value>1 second to 7 days. Default: 1 hour.</value>
    public TimeSpan ReceiverWindow { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How many times an alert may begin or end within <see cref="FlapWindow"/>. One that does so more often is flapping: that is
    /// told once, and it counts as firing until it changes less often.</summary>
    /// <value>0 to 1,000; 0 for no damping. Default: 4.</value>
    public int FlapLimit { get; set; } = 4;

    /// <summary>See <see cref="FlapLimit"/>.</summary>
    /// <value>1 second to 7 days. Default: 1 hour.</value>
    public TimeSpan FlapWindow { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long the node that sends keeps its lease without renewing it: when it dies, another takes over after this.</summary>
    /// <value>1 second to 1 hour. Default: 30 seconds.</value>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long ended silences, and what the report on alert fatigue counts, are kept.</summary>
    /// <value>1 day to 5 years. Default: 90 days.</value>
    public TimeSpan HistoryRetention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Where alerts are to be seen, for the messages to link to.</summary>
    /// <value>An absolute address. Default: <see langword="null"/>.</value>
    public Uri? ExternalUrl { get; set; }
}
