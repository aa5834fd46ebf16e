namespace Varai.Promotion;

/// <summary>How promotions are done.</summary>
public sealed class PromotionOptions
{
    /// <summary>The section of the host's configuration these are bound from.</summary>
    public const string SectionName = "Varai:Promotion";

    /// <summary>The stages in their order. Each follows the one before; <c>name after other</c> makes it follow another one, so that a
    /// pipeline can branch: <c>eu</c>, then <c>us after staging</c>.</summary>
    /// <value>Default: empty, which means <c>development</c>, <c>staging</c>, <c>production</c>.</value>
    public IList<string> Pipeline { get; } = [];

    /// <summary>What holds for single stages, by their names.</summary>
    /// <value>Default: empty; no approvals, no soak time, no freeze windows.</value>
    public IDictionary<string, PromotionStageSettings> Stages { get; } = new Dictionary<string, PromotionStageSettings>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Keys that are each environment's own, with all below them: <c>api_config:base_url</c>. A <c>*</c> stands for one name.</summary>
    /// <value>Default: empty.</value>
    public IList<string> ProtectedKeys { get; } = [];

    /// <summary>Keys that a promotion brings once, and that are the target's own from then on. A <c>*</c> stands for one name.</summary>
    /// <value>Default: empty.</value>
    public IList<string> CreateOnlyKeys { get; } = [];

    /// <summary>Whether keys that differ are conflicts when two environments are promoted for the first time, and nothing tells which
    /// side has changed.</summary>
    /// <value>Default: <see langword="false"/>: the source's value is taken; keys that only the target has stay.</value>
    public bool FirstPromotionConflicts { get; set; }

    /// <summary>How long a promotion waits for another one to the same target.</summary>
    /// <value>Default: 10 seconds; from 0, refused at once, to 1 hour.</value>
    public TimeSpan LockWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a process keeps the right to change a target without renewing it: when it dies, another takes over after this.</summary>
    /// <value>Default: 30 seconds; at least <see cref="CheckTimeout"/> and <see cref="CheckInterval"/> together, at most 1 hour.</value>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one attempt of a check, or one answer of a gate, may take.</summary>
    /// <value>Default: 10 seconds; from 10 milliseconds to 10 minutes.</value>
    public TimeSpan CheckTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a check is tried before the promotion is rolled back.</summary>
    /// <value>Default: 3; from 1 to 100.</value>
    public int CheckAttempts { get; set; } = 3;

    /// <summary>The time between attempts.</summary>
    /// <value>Default: 5 seconds; from 0 to 10 minutes.</value>
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many records of each target are kept, with their snapshots; up to a quarter more for each process that promotes, since old ones are
    /// removed several at a time. The audit is kept whole.</summary>
    /// <value>Default: 200; from 1 to 100,000.</value>
    public int KeepRecords { get; set; } = 200;

    /// <summary>The name of the secret whose value is the key of the audit's hashes.</summary>
    /// <value>Default: <see langword="null"/>, plain SHA-256.</value>
    public string? AuditKey { get; set; }
}
