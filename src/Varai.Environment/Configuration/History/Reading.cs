using Varai.Configuration.Layers;

namespace Varai.Configuration.History;

/// <summary>A reading of an environment's files that is to be recorded, with what only the files themselves tell: by the time it
/// is recorded, they may have been saved again.</summary>
internal sealed record Reading(LoadedConfiguration Loaded, IReadOnlyList<SavedFile> Files)
{
    public static Reading Of(LoadedConfiguration loaded) => new(loaded, [.. loaded.Layers.Select(l => loaded.Source?.Describe(l.FullPath) ?? SavedFile.Of(l.FullPath))]);

    /// <summary>A reading that will be true once some files are written.</summary>
    /// <param name="loaded">What will be read.</param>
    /// <param name="written">The bytes of those files by full path.</param>
    public static Reading Of(LoadedConfiguration loaded, IReadOnlyDictionary<string, byte[]> written) => new(
        loaded,
        [.. Of(loaded).Files.Zip(loaded.Layers, (saved, layer) => written.TryGetValue(layer.FullPath, out byte[]? content)
            ? new SavedFile(null, content.AsSpan().StartsWith("\uFEFF"u8))
            : saved)]);
}
