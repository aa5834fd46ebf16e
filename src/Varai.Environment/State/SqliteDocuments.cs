namespace Varai.State;

/// <summary>Documents in SQLite.</summary>
internal static class SqliteDocuments
{
    private const string Head = "SELECT revision FROM changes ORDER BY revision DESC LIMIT 1";

    // The length is in the row's header; asking for the content itself would read all of its pages.
    private const string Find = "SELECT id, version, length(content) IS NULL FROM documents WHERE key = ?1";
    private const string Select = "SELECT content, version, revision, modified FROM documents WHERE key = ?1 AND content IS NOT NULL";
    private const string SelectFrom = "SELECT content, version, revision, modified, key FROM documents WHERE key >= ?1 AND content IS NOT NULL ORDER BY key";
    private const string SelectRange = "SELECT content, version, revision, modified, key FROM documents WHERE key >= ?1 AND key < ?2 AND content IS NOT NULL ORDER BY key";
    private const string Insert = "INSERT INTO documents (key, version, revision, modified, content) VALUES (?1, 1, ?2, ?3, ?4)";
    private const string Update = "UPDATE documents SET version = ?2, revision = ?3, modified = ?4, content = ?5 WHERE id = ?1";

    public static long GetHead(SqliteSession session) => session.ReadInt64(Head);

    public static StateDocument? Get(SqliteSession session, string key)
    {
        using SqliteStatement select = session.Use(Select).Bind(1, key);
        return select.Step() ? ReadDocument(select, key) : null;
    }

    public static IEnumerable<StateDocument> List(SqliteSession session, string prefix)
    {
        string? end = KeyRange.GetEnd(prefix);
        using SqliteStatement select = session.Use(end is null ? SelectFrom : SelectRange).Bind(1, prefix);
        if (end is not null)
            select.Bind(2, end);
        while (select.Step())
            yield return ReadDocument(select, select.GetString(4));
    }

    /// <summary>Puts, deletes or checks a document.</summary>
    /// <returns>The change; <see langword="null"/> when nothing changed.</returns>
    public static StateChange? Apply(SqliteSession session, StateOperation operation, long revision, DateTimeOffset now)
    {
        (long id, long version, bool isDeleted) = FindRow(session, operation.Name);
        operation.ThrowIfConflict(isDeleted ? 0 : version);
        switch (operation.Kind)
        {
            case StateOperationKind.Put when id == 0:
                using (SqliteStatement insert = session.Use(Insert)
                    .Bind(1, operation.Name).Bind(2, revision).Bind(3, now.UtcTicks).Bind(4, operation.Content.Span))
                {
                    insert.Run();
                }

                return new StateChange(revision, StateChangeKind.Put, operation.Name, 1, EndsCommit: false);
            case StateOperationKind.Put:
                using (SqliteStatement update = BindUpdate(session, id, version + 1, revision, now).Bind(5, operation.Content.Span))
                    update.Run();
                return new StateChange(revision, StateChangeKind.Put, operation.Name, version + 1, EndsCommit: false);
            case StateOperationKind.Delete when !isDeleted:
                using (SqliteStatement update = BindUpdate(session, id, version, revision, now).BindNull(5))
                    update.Run();
                return new StateChange(revision, StateChangeKind.Delete, operation.Name, version, EndsCommit: false);
            default:
                return null;
        }
    }

    private static (long Id, long Version, bool IsDeleted) FindRow(SqliteSession session, string key)
    {
        using SqliteStatement find = session.Use(Find).Bind(1, key);
        return find.Step() ? (find.GetInt64(0), find.GetInt64(1), find.GetInt64(2) != 0) : (0, 0, true);
    }

    private static SqliteStatement BindUpdate(SqliteSession session, long id, long version, long revision, DateTimeOffset now) =>
        session.Use(Update).Bind(1, id).Bind(2, version).Bind(3, revision).Bind(4, now.UtcTicks);

    private static StateDocument ReadDocument(SqliteStatement row, string key) =>
        new(key, row.GetBytes(0).ToArray(), row.GetInt64(1), row.GetInt64(2), row.GetTime(3));
}
