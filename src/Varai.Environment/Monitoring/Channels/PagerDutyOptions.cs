namespace Varai.Monitoring.Channels;

/// <summary>Settings of a PagerDuty service (Events API v2); bound from the section <c>Varai:AlertChannels:NAME</c> and checked when the host starts.</summary>
public sealed class PagerDutyOptions
{
    /// <summary>The integration key of the service: 32 characters.</summary>
    /// <value>Default: <see langword="null"/>. Either this or <see cref="RoutingKeySecret"/> must be set.</value>
    public string? RoutingKey { get; set; }

    /// <summary>The name of the secret that holds the integration key, read at each attempt.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? RoutingKeySecret { get; set; }

    /// <summary>Where events go; accounts in the EU have <c>https://events.eu.pagerduty.com/v2/enqueue</c>.</summary>
    /// <value>Default: <c>https://events.pagerduty.com/v2/enqueue</c>.</value>
    public string Url { get; set; } = "https://events.pagerduty.com/v2/enqueue";

    /// <summary>What is affected, such as the service's name.</summary>
    /// <value>Default: <see langword="null"/>, the environment.</value>
    public string? Source { get; set; }

    /// <summary>Texts of your own: the title is the incident's summary, the body one of its details.</summary>
    /// <value>Default: those of <see cref="AlertText"/>.</value>
    public AlertMessage Message { get; } = new();

    /// <summary>Changes the handler that sends, such as its proxy.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Action<SocketsHttpHandler>? ConfigureHandler { get; set; }
}
