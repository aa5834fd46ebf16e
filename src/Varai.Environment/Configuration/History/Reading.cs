using Varai.Configuration.Layers;

namespace Varai.Configuration.History;

/// <summary>A reading of an environment's files that is to be recorded, with what only the files themselves tell: by the time it
/// is recorded, they may have been saved again.</summary>
internal sealed record Reading(LoadedConfiguration Loaded, IReadOnlyList<SavedFile> Files)
{
    public static Reading Of(LoadedConfiguration loaded) => new(loaded, [.. loaded.Layers.Select(l => SavedFile.Of(l.FullPath))]);
}
