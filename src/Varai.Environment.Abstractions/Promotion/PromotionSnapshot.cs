namespace Varai.Promotion;

/// <summary>All components of an environment at one moment.</summary>
public sealed record PromotionSnapshot
{
    /// <summary>Its id: the hash of its content.</summary>
    public required string Id { get; init; }

    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>Each component with the id of its content.</summary>
    public required IReadOnlyDictionary<string, string> Components { get; init; }

    /// <summary>The promotion it was taken for.</summary>
    public string RecordId { get; init; } = "";

    /// <summary>Whether it is from before that promotion or from after it.</summary>
    public bool IsBefore { get; init; }
}
