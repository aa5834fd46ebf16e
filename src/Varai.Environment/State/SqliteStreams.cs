namespace Varai.State;

/// <summary>Streams in SQLite.</summary>
internal static class SqliteStreams
{
    private const string FindStream = "SELECT id FROM streams WHERE name = ?1";
    private const string InsertStream = "INSERT INTO streams (name) VALUES (?1) RETURNING id";
    private const string Last = "SELECT sequence FROM entries WHERE stream = ?1 ORDER BY sequence DESC LIMIT 1";
    private const string Insert = "INSERT INTO entries (stream, sequence, revision, appended, content) VALUES (?1, ?2, ?3, ?4, ?5)";
    private const string Select = """
        SELECT e.sequence, e.content, e.revision, e.appended FROM streams s JOIN entries e ON e.stream = s.id
        WHERE s.name = ?1 AND e.sequence > ?2 AND e.sequence < ?3 ORDER BY e.sequence
        """;
    private const string Forwards = $"{Select} LIMIT ?4";
    private const string Backwards = $"{Select} DESC LIMIT ?4";

    public static IEnumerable<StreamEntry> Read(SqliteSession session, StreamQuery query)
    {
        using SqliteStatement select = session.Use(query.Backwards ? Backwards : Forwards)
            .Bind(1, query.Stream).Bind(2, query.After).Bind(3, query.Before).Bind(4, query.Limit);
        while (select.Step())
            yield return new StreamEntry(query.Stream, select.GetInt64(0), select.GetBytes(1).ToArray(), select.GetInt64(2), select.GetTime(3));
    }

    public static StateChange Append(SqliteSession session, StateOperation operation, long revision, DateTimeOffset now)
    {
        long stream = Find(session, operation.Name);
        long sequence = stream == 0 ? 0 : GetLast(session, stream);
        operation.ThrowIfConflict(sequence);
        if (stream == 0)
            stream = Add(session, operation.Name);
        using SqliteStatement insert = session.Use(Insert)
            .Bind(1, stream).Bind(2, sequence + 1).Bind(3, revision).Bind(4, now.UtcTicks).Bind(5, operation.Content.Span);
        insert.Run();
        return new StateChange(revision, StateChangeKind.Append, operation.Name, sequence + 1, EndsCommit: false);
    }

    private static long Find(SqliteSession session, string name)
    {
        using SqliteStatement find = session.Use(FindStream).Bind(1, name);
        return find.Step() ? find.GetInt64(0) : 0;
    }

    private static long GetLast(SqliteSession session, long stream)
    {
        using SqliteStatement last = session.Use(Last).Bind(1, stream);
        return last.Step() ? last.GetInt64(0) : 0;
    }

    private static long Add(SqliteSession session, string name)
    {
        using SqliteStatement insert = session.Use(InsertStream).Bind(1, name);
        insert.Step();
        return insert.GetInt64(0);
    }
}
