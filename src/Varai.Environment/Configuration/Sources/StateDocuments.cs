using System.Collections.Frozen;

namespace Varai.Configuration.Sources;

/// <summary>All documents of the environments as of one commit of the state store. Immutable.</summary>
/// <param name="Contents">Name within the folder, with <c>/</c>, to bytes.</param>
/// <param name="Version">The version of the head document, which every change replaces; 0 before the first.</param>
/// <param name="Changes">How many changes there were.</param>
internal sealed record StateDocuments(FrozenDictionary<string, byte[]> Contents, long Version, long Changes)
{
    public static readonly StateDocuments Empty = new(FrozenDictionary<string, byte[]>.Empty, 0, 0);

    public IEnumerable<string> Names => Contents.Keys.Order(StringComparer.Ordinal);

    /// <summary>The documents with some of them replaced, added, or (<see langword="null"/>) removed.</summary>
    public StateDocuments With(IReadOnlyDictionary<string, byte[]?> changes, long version)
    {
        var contents = Contents.ToDictionary(StringComparer.Ordinal);
        foreach ((string name, byte[]? content) in changes)
        {
            if (content is null)
                contents.Remove(name);
            else
                contents[name] = content;
        }

        return new StateDocuments(contents.ToFrozenDictionary(StringComparer.Ordinal), version, Changes + 1);
    }
}
