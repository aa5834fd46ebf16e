namespace Varai.Monitoring.Channels;

/// <summary>Settings of an Alertmanager that alerts are handed on to; bound from the section <c>Varai:AlertChannels:NAME</c> and checked when the
/// host starts.</summary>
public sealed class AlertmanagerOptions
{
    /// <summary>The addresses of the nodes of one cluster, without <c>/api/v2/alerts</c>, such as <c>http://alertmanager:9093</c>. Each is sent to; one that
    /// accepts is enough.</summary>
    /// <value>Default: none; at least one must be set.</value>
    public IList<string> Urls { get; } = [];

    /// <summary>Headers whose values are secrets, such as <c>Authorization</c>: the names of headers and, for each, of the secret.</summary>
    /// <value>Default: none.</value>
    public IDictionary<string, string> HeaderSecrets { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>For how long an alert that fires goes on firing there unless it is told again; longer than the repeat interval of the route that leads
    /// here. The end of an alert is told when it comes.</summary>
    /// <value>1 minute to 30 days. Default: 12 hours.</value>
    public TimeSpan KeepFiringFor { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Changes the handler that sends, such as its certificates.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Action<SocketsHttpHandler>? ConfigureHandler { get; set; }
}
