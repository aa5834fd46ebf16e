namespace Varai.Monitoring.Notifications.Dispatching;

internal sealed record AckCommand(IReadOnlyList<string> Fingerprints, string Author, string Reason, TimeSpan? Duration);
