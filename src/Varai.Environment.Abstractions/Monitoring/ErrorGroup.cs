namespace Varai.Monitoring;

/// <summary>Errors of one type from one place.</summary>
/// <param name="Type">The full name of the exception's type, such as <c>System.TimeoutException</c>; <see cref="OtherType"/> for those that came when there
/// were as many groups as may be.</param>
/// <param name="Place">The method of the application that it came through first, such as <c>Shop.Orders.PlaceAsync</c>; of no method of the application's, the method
/// that threw it. Empty when it was never thrown.</param>
public sealed record ErrorGroup(string Type, string Place)
{
    /// <summary>The <see cref="Type"/> of errors that are counted together since there are too many groups: <c>_OTHER</c>, as OpenTelemetry has
    /// it.</summary>
    public const string OtherType = "_OTHER";

    /// <summary>How the last one came to be known.</summary>
    public ErrorOrigin Origin { get; init; }

    /// <summary>The category that the last one was logged under; <see langword="null"/> when it was not logged.</summary>
    public string? Category { get; init; }

    /// <summary>When the first one was seen.</summary>
    public DateTimeOffset FirstSeen { get; init; }

    /// <summary>When the last one was seen.</summary>
    public DateTimeOffset LastSeen { get; init; }

    /// <summary>How many there were.</summary>
    public long Count { get; init; }

    /// <summary>How many there were in the last ten minutes, counted in whole minutes.</summary>
    public long RecentCount { get; init; }

    /// <summary>How many there were per minute in the last ten minutes.</summary>
    public double RatePerMinute => RecentCount / 10.0;

    /// <summary>The message of the last one, on one line and cut to 200 characters; <see langword="null"/> unless messages are kept.</summary>
    public string? Message { get; init; }
}
