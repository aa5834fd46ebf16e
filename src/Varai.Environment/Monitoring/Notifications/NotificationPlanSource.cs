using Microsoft.Extensions.Options;
using Varai.Monitoring.Notifications.Routing;

namespace Varai.Monitoring.Notifications;

/// <summary>The plan of this host, made when it is first asked for.</summary>
internal sealed class NotificationPlanSource(IOptions<AlertNotificationOptions> options, INotificationOutbox outbox)
{
    private readonly Lazy<NotificationPlan> _plan = new(() => Compile(options.Value, outbox));

    /// <exception cref="OptionsValidationException">The options name a channel that is not there.</exception>
    public NotificationPlan Plan => _plan.Value;

    private static NotificationPlan Compile(AlertNotificationOptions options, INotificationOutbox outbox)
    {
        NotificationPlan plan = PlanCompiler.Compile(options, outbox.Channels, out PlanErrors errors, outbox.ForwardingChannels);
        return errors.Messages.Count == 0
            ? plan
            : throw new OptionsValidationException(AlertNotificationOptions.SectionName, typeof(AlertNotificationOptions), errors.Messages);
    }
}
