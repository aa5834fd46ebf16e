namespace Varai.Configuration.Schema;

/// <summary>How a document is checked against a schema.</summary>
internal sealed record SchemaValidationOptions
{
    public static SchemaValidationOptions Default { get; } = new();

    /// <summary>Whether <c>format</c> is checked; by default it only describes, as the standard has it.</summary>
    public bool AssertFormat { get; init; }

    /// <summary>Whether strings may hold <c>${secret:name}</c>, whose text is unknown until it is read: such a string passes every check
    /// of text, and one that is nothing but a reference passes as any scalar. Default: <see langword="false"/>.</summary>
    public bool AllowReferences { get; init; }

    /// <summary>The configuration key of the checked node, put before the key of every error; empty for a whole document.</summary>
    public string Key { get; init; } = "";

    /// <summary>Nodes of the checked tree that are left out, whatever the schema says of them.</summary>
    public IReadOnlySet<ConfigurationNode>? Excluded { get; init; }
}
