namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>What happened to a rule on one day.</summary>
internal sealed class RuleCounts
{
    public long Fired { get; set; }

    public long Notifications { get; set; }

    public long Flaps { get; set; }

    public long Acknowledged { get; set; }

    public long ResolvedByHand { get; set; }

    public long Escalated { get; set; }
}
