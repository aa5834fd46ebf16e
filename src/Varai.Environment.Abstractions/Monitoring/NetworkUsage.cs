namespace Varai.Monitoring;

/// <summary>What a network interface carried.</summary>
/// <param name="Name">Its name, such as <c>eth0</c>.</param>
public sealed record NetworkUsage(string Name)
{
    /// <summary>Bytes received.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Bytes sent.</summary>
    public long BytesSent { get; init; }

    /// <summary>Packets received with an error.</summary>
    public long ErrorsReceived { get; init; }

    /// <summary>Packets that an error kept from being sent.</summary>
    public long ErrorsSent { get; init; }

    /// <summary>Packets received and dropped without an error.</summary>
    public long DroppedReceived { get; init; }

    /// <summary>Packets to be sent and dropped without an error.</summary>
    public long DroppedSent { get; init; }
}
