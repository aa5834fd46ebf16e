namespace Varai.Promotion.Store;

/// <summary>A record as it is kept. Persisted: members are only ever added.</summary>
internal sealed record RecordDocument
{
    public int Format { get; init; } = 1;

    public required PromotionRecord Record { get; init; }

    /// <summary>For each component the blob of what is last promoted once this has succeeded.</summary>
    public IReadOnlyDictionary<string, string> NewBases { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>For each component that had one, the blob of what was last promoted before.</summary>
    public IReadOnlyDictionary<string, string> OldBases { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>For a rollback: whether the engine began it, because the verification failed.</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>For a promotion: it failed the verification, so that the rollback is tried until it is done.</summary>
    public bool HasFailedChecks { get; init; }
}
