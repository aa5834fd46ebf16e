namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>The kinds of documents that the state is kept in.</summary>
internal enum StateKind
{
    Meta,
    Alerts,
    Group,
    Silence,
    Receiver,
    Day,
    Pending,
}
