namespace Varai.Monitoring;

/// <summary>What came of a test notification.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="IsSent">Whether the other side has accepted it.</param>
/// <param name="Duration">How long the attempt took.</param>
/// <param name="Error">What went wrong and what to do; <see langword="null"/> when it was sent.</param>
public sealed record AlertChannelTestResult(string Channel, bool IsSent, TimeSpan Duration, string? Error);
