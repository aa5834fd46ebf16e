namespace Varai.PostgreSql.Data.Catalog;

/// <summary>A foreign key.</summary>
internal sealed record SchemaForeignKey(string Schema, string Table, string Name)
{
    public required IReadOnlyList<string> Columns { get; init; }

    public required string ParentSchema { get; init; }

    public required string Parent { get; init; }

    public required IReadOnlyList<string> ParentColumns { get; init; }

    /// <summary>The definition's rest, from the parent's columns on.</summary>
    public required string Rest { get; init; }

    /// <summary>Whether the source has proved it.</summary>
    public bool IsValid { get; init; } = true;

    /// <summary>Whether the parent was left out: what refers to it is dropped, and there is no key.</summary>
    public bool IsOrphaned { get; init; }
}
