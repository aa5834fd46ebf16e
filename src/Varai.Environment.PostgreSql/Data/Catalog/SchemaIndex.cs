namespace Varai.PostgreSql.Data.Catalog;

/// <summary>An index, with the constraint that rests on it, if any.</summary>
/// <param name="Schema">The table's schema.</param>
/// <param name="Table">The table.</param>
/// <param name="Name">The index's name.</param>
internal sealed record SchemaIndex(string Schema, string Table, string Name)
{
    public bool IsUnique { get; init; }

    /// <summary>What the index's definition has after the table's name; <see langword="null"/> where only the constraint makes it.</summary>
    public string? Definition { get; init; }

    /// <summary>What makes it a constraint, from after its name on.</summary>
    public string? Constraint { get; init; }

    /// <summary>Settings that are made afterwards: statements with the source's names.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Whether it rests on functions, types or operators of these schemas.</summary>
    public bool IsBound { get; init; }
}
