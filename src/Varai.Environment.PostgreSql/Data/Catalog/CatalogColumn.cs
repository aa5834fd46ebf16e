namespace Varai.PostgreSql.Data.Catalog;

/// <summary>A row of pg_attribute.</summary>
internal sealed record CatalogColumn(string Name, string TypeText, long Type, int Modifier, bool IsNotNull, bool IsGenerated)
{
    /// <summary>What CREATE TABLE has after the type.</summary>
    public string Rest { get; init; } = "";

    /// <summary>The default, for a statement of its own, with its oid.</summary>
    public (string Oid, string Expression)? Default { get; init; }

    /// <summary>What ALTER COLUMN sets, such as storage.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}
