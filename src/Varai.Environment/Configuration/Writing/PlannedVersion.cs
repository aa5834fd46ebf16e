using Varai.Configuration.Layers;

namespace Varai.Configuration.Writing;

/// <summary>A version that a change will make of an environment; a shared file changes several.</summary>
/// <param name="Candidate">The environment as it will be.</param>
/// <param name="After">The newest version recorded before.</param>
internal sealed record PlannedVersion(LoadedConfiguration Candidate, long After);
