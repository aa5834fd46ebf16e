namespace Varai.Monitoring.Delivery;

/// <summary>How one attempt ended.</summary>
/// <param name="Error">What went wrong; null when it was accepted.</param>
/// <param name="IsTransient">Whether to try again.</param>
/// <param name="RetryAfter">How long the service asks to wait.</param>
internal sealed record AttemptResult(string? Error, bool IsTransient = false, TimeSpan? RetryAfter = null)
{
    public static AttemptResult Sent { get; } = new((string?)null);

    public static AttemptResult From(Exception exception) => exception switch
    {
        AlertChannelException e => new AttemptResult(e.Message, e.IsTransient, e.RetryAfter),
        // Its message could quote anything.
        _ => new AttemptResult($"The channel failed with {exception.GetType().Name}.", IsTransient: true),
    };
}
