namespace Varai.PostgreSql.Data.Catalog;

/// <summary>A table as the capture reads it.</summary>
internal sealed record CatalogTable(string Schema, string Name, string Item, IReadOnlyList<CatalogColumn> Columns, long Bytes)
{
    /// <summary>What large objects are called as a table.</summary>
    public const string LargeObjects = "pg_largeobject";

    public bool IsLargeObjects => Schema == "pg_catalog" && Name == LargeObjects;

    public IEnumerable<CatalogColumn> Stored => Columns.Where(c => !c.IsGenerated);

    public string QualifiedName => $"{DataDatabase.Quote(Schema)}.{DataDatabase.Quote(Name)}";
}
