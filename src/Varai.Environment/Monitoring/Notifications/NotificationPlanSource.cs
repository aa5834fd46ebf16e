using Microsoft.Extensions.Options;
using Varai.Monitoring.Notifications.Routing;

namespace Varai.Monitoring.Notifications;

/// <summary>The plan of this host, made when it is first asked for.</summary>
internal sealed class NotificationPlanSource(IOptions<AlertNotificationOptions> options, INotificationOutbox outbox)
{
    private readonly Lazy<NotificationPlan> _plan = new(() => Compile(options.Value, outbox.Channels));

    /// <exception cref="OptionsValidationException">The options name a channel that is not there.</exception>
    public NotificationPlan Plan => _plan.Value;

    private static NotificationPlan Compile(AlertNotificationOptions options, IReadOnlyCollection<string> channels)
    {
        NotificationPlan plan = PlanCompiler.Compile(options, channels, out PlanErrors errors);
        return errors.Messages.Count == 0
            ? plan
            : throw new OptionsValidationException(AlertNotificationOptions.SectionName, typeof(AlertNotificationOptions), errors.Messages);
    }
}
