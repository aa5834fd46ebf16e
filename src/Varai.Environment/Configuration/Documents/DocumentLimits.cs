namespace Varai.Configuration.Documents;

/// <summary>What a document may hold before it is refused, so that a hostile or mistaken file can't take the process down.</summary>
/// <param name="MaximumBytes">The largest file in bytes.</param>
/// <param name="MaximumDepth">The deepest nesting of objects and arrays.</param>
/// <param name="MaximumNodes">The most values, counted after YAML aliases are expanded.</param>
internal sealed record DocumentLimits(int MaximumBytes, int MaximumDepth, int MaximumNodes)
{
    public static DocumentLimits Default { get; } = new(16 * 1024 * 1024, 64, 100_000);
}
