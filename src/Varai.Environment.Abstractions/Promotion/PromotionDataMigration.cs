using Varai.Data;

namespace Varai.Promotion;

/// <summary>Asks for data to be moved from one environment into another, behind the gates of promotions.</summary>
public sealed record PromotionDataMigration
{
    /// <summary>Asks for a migration.</summary>
    /// <param name="request">From where, to where, which data components, masked how, and whether up into production.</param>
    /// <param name="author">Who asks.</param>
    /// <param name="reason">Why.</param>
    public PromotionDataMigration(DataMigrationRequest request, string author, string reason)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrWhiteSpace(request.Source, nameof(request));
        ArgumentException.ThrowIfNullOrWhiteSpace(request.Target, nameof(request));
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        Request = request with { Source = request.Source.ToLowerInvariant(), Target = request.Target.ToLowerInvariant() };
        Author = author;
        Reason = reason;
    }

    /// <summary>From where, to where, and what.</summary>
    public DataMigrationRequest Request { get; }

    /// <summary>Who asks.</summary>
    public string Author { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }

    /// <summary>The gates that are to be passed although they are closed; each needs a reason.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<PromotionOverride> Overrides { get; init; } = [];
}
