namespace Varai.PostgreSql.Data.Catalog;

/// <summary>Something in the catalog that a few statements make.</summary>
/// <param name="key">Class and oid.</param>
/// <param name="what">How it is called in messages.</param>
internal sealed class SchemaNode(string key, string what)
{
    public string Key { get; } = key;

    public string What { get; } = what;

    public List<string> Statements { get; } = [];

    /// <summary>Whether it needs rows or keys.</summary>
    public bool IsAfter { get; set; }

    /// <summary>Whether it goes without a word when what it depends on is left out.</summary>
    public bool IsPart { get; init; }
}
