using Varai.Configuration;

namespace Varai.Promotion.Planning;

/// <summary>The three sides of a component.</summary>
internal sealed record ComponentInput(string Name, ConfigurationNode? Basis, ConfigurationNode? Source, ConfigurationNode? Target)
{
    /// <summary>The id of the base in the target's snapshots; null where nothing was promoted yet.</summary>
    public string? BaseId { get; init; }

    public string? SourceId { get; init; }

    public string? TargetId { get; init; }
}
