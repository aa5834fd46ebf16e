namespace Varai.Configuration.Documents;

/// <summary>What the YAML reader has to remember about an open mapping or sequence.</summary>
internal struct YamlFrame
{
    public string? Anchor;

    public int NodesBefore;

    public int Height;

    /// <summary>The end of the last thing in it: a block collection has no end of its own.</summary>
    public int End;

    public bool IsFlow;

    /// <summary>A mapping that is written without braces, as in <c>[a: 1]</c>; the parser gives it no position.</summary>
    public bool IsBarePair;

    /// <summary>The next value belongs to the merge key.</summary>
    public bool NextIsMerge;

    /// <summary>Where the merge key was written.</summary>
    public int MergeOffset;

    public List<ConfigurationNode>? Merges;
}
