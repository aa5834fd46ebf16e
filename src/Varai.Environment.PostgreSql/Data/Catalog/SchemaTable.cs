namespace Varai.PostgreSql.Data.Catalog;

/// <summary>A table that has rows.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name.</param>
/// <param name="Item">How items and policies call it.</param>
/// <param name="Columns">The columns that are copied: all but the generated ones.</param>
internal sealed record SchemaTable(string Schema, string Name, string Item, IReadOnlyList<string> Columns)
{
    /// <summary>Whether storing a row runs functions of these schemas, which may name others by text: they are then copied where the
    /// schemas have their names.</summary>
    public bool IsBound { get; init; }
}
