using Varai.Configuration.Documents;
using Varai.Configuration.History;

namespace Varai.Configuration.Sources;

/// <summary>The documents as files of a folder; every reading sees the files as they are.</summary>
internal sealed class FolderSource(string fullPath, string displayPath) : IEnvironmentSource
{
    public string Root { get; } = fullPath;

    public string DisplayPath { get; } = displayPath;

    public bool Exists => Directory.Exists(Root);

    public bool HasLocalLayer => true;

    public string Display(string path) => Path.Combine(DisplayPath, Path.GetRelativePath(Root, path)).Replace('\\', '/');

    public IEnumerable<string> List(string? folder = null)
    {
        string directory = folder is null ? Root : Path.Combine(Root, folder);
        return Directory.Exists(directory) ? Directory.EnumerateFiles(directory) : [];
    }

    public bool Contains(string path) => Path.Exists(path);

    public bool IsFile(string path) => File.Exists(path);

    public ConfigurationFile? Read(string path, DocumentLimits limits, List<ConfigurationError> errors) =>
        ConfigurationFileReader.Read(path, Display(path), limits, errors);

    public byte[]? ReadBytes(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;

    public SavedFile Describe(string path) => SavedFile.Of(path);

    public ValueTask RefreshAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
