namespace Varai.Monitoring;

/// <summary>What a channel would be told of a group now.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="IsDue">Whether it would be told.</param>
/// <param name="Reason">Why, or why not.</param>
public sealed record AlertChannelExplanation(string Channel, bool IsDue, string Reason);
