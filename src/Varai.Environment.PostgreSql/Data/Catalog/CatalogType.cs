namespace Varai.PostgreSql.Data.Catalog;

/// <summary>A row of pg_type.</summary>
internal sealed record CatalogType(long Oid, string Schema, string Name, char Kind)
{
    /// <summary>What a domain is made of, with its modifier.</summary>
    public long Base { get; init; }

    public int BaseModifier { get; init; }

    /// <summary>The type of an array's elements, or 0.</summary>
    public long Element { get; init; }

    /// <summary>The relation whose rows have this type, or 0.</summary>
    public long Relation { get; init; }

    /// <summary>The type that a range or multirange is over, or 0.</summary>
    public long Range { get; init; }

    /// <summary>For a multirange, its range.</summary>
    public long RangeType { get; init; }
}
