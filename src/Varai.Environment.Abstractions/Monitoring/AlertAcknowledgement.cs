namespace Varai.Monitoring;

/// <summary>Somebody has said that they take care of an alert.</summary>
/// <param name="Author">Who.</param>
/// <param name="Reason">What is done.</param>
/// <param name="At">When it was said.</param>
/// <param name="ExpiresAt">Until when it holds; <see langword="null"/> until the alert ends.</param>
public sealed record AlertAcknowledgement(string Author, string Reason, DateTimeOffset At, DateTimeOffset? ExpiresAt);
