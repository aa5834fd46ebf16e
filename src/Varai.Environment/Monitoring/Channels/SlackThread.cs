namespace Varai.Monitoring.Channels;

/// <summary>The first message of a group. Persisted: members are only ever added.</summary>
internal sealed record SlackThread(string Ts);
