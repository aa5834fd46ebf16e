namespace Varai.PostgreSql.Data.Catalog;

/// <summary>The types of a database.</summary>
internal sealed class CatalogTypes(Dictionary<long, CatalogType> types, Func<long, IReadOnlyList<CatalogColumn>> columnsOf)
{
    // What can't hold anything that somebody has written; all others can, also those we don't know.
    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "bool", "int2", "int4", "int8", "oid", "float4", "float8", "numeric", "money", "uuid", "date", "time", "timetz", "timestamp", "timestamptz", "interval",
        "xid", "xid8", "cid", "tid", "pg_lsn",
    };

    private static readonly HashSet<string> Registered = new(StringComparer.Ordinal)
    {
        "regclass", "regcollation", "regconfig", "regdictionary", "regnamespace", "regoper", "regoperator", "regproc", "regprocedure", "regrole", "regtype",
    };

    public IEnumerable<CatalogType> All => types.Values;

    public CatalogType Get(long oid) => types[oid];

    /// <summary>The type under a domain, with the modifier that applies to it.</summary>
    public (CatalogType Type, int Modifier) Resolve(long oid, int modifier)
    {
        CatalogType type = types[oid];
        while (type.Kind == 'd')
        {
            modifier = modifier >= 0 ? modifier : type.BaseModifier;
            type = types[type.Base];
        }

        return (type, modifier);
    }

    /// <summary>Whether values can hold text or bytes that somebody has written. Labels of enums can't.</summary>
    public bool CanHoldText(long oid) => Any(oid, t => t.Kind == 'b' && t.Element == 0 && !(t.Schema == "pg_catalog" && Harmless.Contains(t.Name)), []);

    /// <summary>Whether values are numbers of the source's catalog, that mean something else in the target.</summary>
    public bool IsRegistered(long oid) => Any(oid, t => t.Schema == "pg_catalog" && Registered.Contains(t.Name), []);

    /// <summary>Whether values can be numbers of large objects.</summary>
    public bool IsObjectNumber(long oid) => Any(oid, t => t.Schema == "pg_catalog" && t.Name == "oid", []);

    /// <summary>Whether a domain is in it that the predicate holds for.</summary>
    public bool AnyDomain(long oid, Func<CatalogType, bool> predicate) => Any(oid, t => t.Kind == 'd' && predicate(t), []);

    private bool Any(long oid, Func<CatalogType, bool> predicate, HashSet<long> seen)
    {
        if (oid == 0 || !seen.Add(oid))
            return false;
        CatalogType type = types[oid];
        return predicate(type)
            || Any(type.Base, predicate, seen)
            || Any(type.Element, predicate, seen)
            || Any(type.Range, predicate, seen)
            || (type.Relation != 0 && columnsOf(type.Relation).Any(c => Any(c.Type, predicate, seen)));
    }
}
