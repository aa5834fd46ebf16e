namespace Varai.PostgreSql.Data.Catalog;

/// <summary>What makes the schemas again, in the order in which it is needed. Statements name schemas as the source does.</summary>
internal sealed record SchemaDocument
{
    public int Version { get; init; } = 1;

    public required IReadOnlyList<string> Schemas { get; init; }

    /// <summary>What has to be installed in the target, by name, and in which schema.</summary>
    public IReadOnlyDictionary<string, string> Extensions { get; init; } = new Dictionary<string, string>();

    /// <summary>Types, functions, sequences, tables and what else needs no rows and no keys.</summary>
    public IReadOnlyList<SchemaStatement> Before { get; init; } = [];

    public IReadOnlyList<SchemaTable> Tables { get; init; } = [];

    public IReadOnlyList<SchemaIndex> Indexes { get; init; } = [];

    public IReadOnlyList<SchemaForeignKey> ForeignKeys { get; init; } = [];

    /// <summary>Views, triggers, rules, policies, comments.</summary>
    public IReadOnlyList<SchemaStatement> After { get; init; } = [];

    public IReadOnlyList<SchemaGrant> Grants { get; init; } = [];

    /// <summary>Whether rows may be missing, so that others may refer to what is not there.</summary>
    public bool IsSubset { get; init; }

    public bool HasLargeObjects { get; init; }
}
