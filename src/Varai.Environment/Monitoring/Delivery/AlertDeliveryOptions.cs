namespace Varai.Monitoring.Delivery;

/// <summary>How notifications are sent, whatever the channel; bound from the section <c>Varai:AlertDelivery</c> and checked when the host starts.</summary>
public sealed class AlertDeliveryOptions
{
    /// <summary>The section they are bound from.</summary>
    public const string SectionName = "Varai:AlertDelivery";

    /// <summary>How long one attempt may take.</summary>
    /// <value>1 second to 5 minutes. Default: 30 seconds.</value>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After how long a notification that could not be sent is given up. A newer one of its group takes its place and its time. What a service
    /// asks to wait counts up to this much.</summary>
    /// <value>1 minute to 7 days. Default: 2 hours.</value>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromHours(2);
}
