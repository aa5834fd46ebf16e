namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>How much a receiver was told through a channel, and what is held.</summary>
internal sealed class ReceiverEntry
{
    public required string Receiver { get; init; }

    public required string Channel { get; init; }

    /// <summary>When it was lately told, oldest first.</summary>
    public List<DateTimeOffset> Sent { get; init; } = [];

    /// <summary>The keys of the groups that have something to tell.</summary>
    public HashSet<string> Held { get; init; } = [];

    /// <summary>The fingerprints of those that digests told as firing, until all of them have ended.</summary>
    public HashSet<string> Digested { get; set; } = [];

    public static string KeyOf(string receiver, string channel) => $"{receiver}\n{channel}";
}
