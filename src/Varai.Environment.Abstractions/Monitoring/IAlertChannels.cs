namespace Varai.Monitoring;

/// <summary>The channels there are, how they do, and a way to try one.</summary>
/// <remarks>Safe from any thread.</remarks>
public interface IAlertChannels
{
    /// <summary>How each channel does in this process, by name. What waits is known on the node that sends.</summary>
    IReadOnlyList<AlertChannelStatus> GetStatuses();

    /// <summary>Sends a test notification at once, past what waits and without retries.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>What came of it; a failure is a result, not an exception.</returns>
    /// <exception cref="ArgumentException">There is no such channel.</exception>
    Task<AlertChannelTestResult> TestAsync(string channel, CancellationToken cancellationToken = default);
}
