namespace Varai.Monitoring.Notifications.Routing;

internal sealed record ReceiverChannel(string Channel, bool SendResolved);
