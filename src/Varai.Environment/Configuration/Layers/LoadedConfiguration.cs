using Varai.Configuration.Sources;

namespace Varai.Configuration.Layers;

/// <summary>Everything one reading of an environment's files gave.</summary>
/// <param name="EnvironmentName">The environment.</param>
/// <param name="Layers">The files, lowest precedence first.</param>
/// <param name="Root">The merged document.</param>
/// <param name="Errors">What is wrong so far; a document with errors is never used.</param>
internal sealed record LoadedConfiguration(
    string EnvironmentName,
    IReadOnlyList<LayerFile> Layers,
    ConfigurationNode Root,
    List<ConfigurationError> Errors)
{
    private Tuple<ConfigurationNode, string>? _hashed;

    /// <summary>What took the place of files' contents; <see langword="null"/> when all is as it is on disk.</summary>
    public IReadOnlyDictionary<string, byte[]>? Replacements { get; init; }

    /// <summary>Where it was read from.</summary>
    public IEnvironmentSource? Source { get; init; }

    /// <summary>The hash of the merged document, computed once: a change asks for it several times.</summary>
    public string ContentHash
    {
        get
        {
            if (_hashed is { } known && ReferenceEquals(known.Item1, Root))
                return known.Item2;
            string hash = CanonicalJson.Hash(Root);
            _hashed = new Tuple<ConfigurationNode, string>(Root, hash);
            return hash;
        }
    }

    /// <summary>Whether another reading saw the same bytes in the same files.</summary>
    public bool HasSameBytes(LoadedConfiguration other) =>
        Layers.Count == other.Layers.Count
        && Layers.Zip(other.Layers).All(pair =>
            pair.First.FullPath == pair.Second.FullPath
            && pair.First.File.Content.Span.SequenceEqual(pair.Second.File.Content.Span));
}
