namespace Varai.FeatureFlags.Matching;

/// <summary>The places that a regular expression can ask for.</summary>
[Flags]
internal enum PatternPlace
{
    None = 0,

    /// <summary><c>^</c> and <c>\A</c>.</summary>
    Start = 1,

    /// <summary><c>^</c> with <c>(?m)</c>.</summary>
    LineStart = 2,

    /// <summary><c>$</c> and <c>\Z</c>: the end, or before a line break that is last.</summary>
    End = 4,

    /// <summary><c>$</c> with <c>(?m)</c>.</summary>
    LineEnd = 8,

    /// <summary><c>\z</c>.</summary>
    VeryEnd = 16,

    /// <summary><c>\b</c>.</summary>
    WordBoundary = 32,

    /// <summary><c>\B</c>.</summary>
    NoWordBoundary = 64,
}
