namespace Varai.Data.Databases;

/// <summary>What a database is apart from the rows of its tables, as a capture hands it on.</summary>
internal sealed record DatabaseSchema
{
    public required string Encoding { get; init; }

    public long PageSize { get; init; }

    public long AutoVacuum { get; init; }

    public long UserVersion { get; init; }

    public long ApplicationId { get; init; }

    public bool IsWriteAhead { get; init; }

    /// <summary>Whether rows were left out, so that others may refer to rows that are not there.</summary>
    public bool IsSubset { get; init; }

    /// <summary>The definitions of tables, then of everything else, in the order in which they were made.</summary>
    public required IReadOnlyList<DatabaseObject> Objects { get; init; }

    /// <summary>The last number that each table with AUTOINCREMENT has given away.</summary>
    public required IReadOnlyDictionary<string, long> Sequences { get; init; }

    /// <summary>How many rows of the source refer to rows that are not there, by table.</summary>
    public required IReadOnlyDictionary<string, long> BrokenReferences { get; init; }
}
