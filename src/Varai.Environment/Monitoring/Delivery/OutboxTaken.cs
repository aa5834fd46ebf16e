namespace Varai.Monitoring.Delivery;

/// <summary>The ids that were last taken for a channel and a group, oldest first. Persisted: members are only ever added.</summary>
internal sealed record OutboxTaken(IReadOnlyList<string> Ids);
