using Varai.Monitoring.Notifications.Dispatching;

namespace Varai.Monitoring.Notifications.Storage;

/// <summary>An entry of the inbox and where it lies; null when it can't be read.</summary>
internal sealed record InboxDocument(string Key, long Revision, InboxEntry? Entry);
