namespace Varai.FeatureFlags.Matching;

/// <summary>A part of a regular expression.</summary>
internal abstract record PatternNode
{
    /// <summary>One character of a set.</summary>
    internal sealed record Characters(CharacterSet Set) : PatternNode;

    /// <summary>A place that has no width.</summary>
    internal sealed record Place(PatternPlace Kind) : PatternNode;

    /// <summary>Several parts after each other; none at all match the empty text.</summary>
    internal sealed record Sequence(IReadOnlyList<PatternNode> Parts) : PatternNode;

    /// <summary>One of several parts.</summary>
    internal sealed record Choice(IReadOnlyList<PatternNode> Parts) : PatternNode;

    /// <summary>A part several times; <see langword="null"/> for any number of times.</summary>
    internal sealed record Repetition(PatternNode Part, int Least, int? Most) : PatternNode;
}
