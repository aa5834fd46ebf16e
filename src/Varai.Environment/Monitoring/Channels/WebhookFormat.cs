namespace Varai.Monitoring.Channels;

/// <summary>What a webhook is sent.</summary>
public enum WebhookFormat
{
    /// <summary>What Alertmanager sends to webhooks, version 4.</summary>
    Alertmanager,

    /// <summary>The same as the data of a CloudEvent (1.0, structured mode) of the type <c>varai.alerts.firing</c> or <c>varai.alerts.resolved</c>.</summary>
    CloudEvents,
}
