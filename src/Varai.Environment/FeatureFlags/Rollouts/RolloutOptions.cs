namespace Varai.FeatureFlags.Rollouts;

/// <summary>How rollouts are run.</summary>
public sealed class RolloutOptions
{
    /// <summary>The section of the host's configuration these are bound from.</summary>
    public const string SectionName = "Varai:Rollouts";

    /// <summary>How often due steps are looked for and guards are asked. A step comes at most this much late.</summary>
    /// <value>Default: 30 seconds; from 100 milliseconds to 1 hour.</value>
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a guard may take to answer.</summary>
    /// <value>Default: 10 seconds; from 10 milliseconds to 10 minutes.</value>
    public TimeSpan GuardTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many times in a row a guard may throw or take too long before that counts as failed.</summary>
    /// <value>Default: 3; from 1 to 1000.</value>
    public int MaximumGuardErrors { get; set; } = 3;

    /// <summary>How long the node that acts keeps the lease without renewing it: when it dies, another takes over after this.</summary>
    /// <value>Default: 2 minutes; at least <see cref="CheckInterval"/> and <see cref="GuardTimeout"/> together, at most 1 day.</value>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromMinutes(2);
}
