namespace Varai.State;

/// <summary>The change log in SQLite. It is also what knows the store's revision, so its last one is never trimmed.</summary>
internal static class SqliteChanges
{
    private const string Insert = "INSERT INTO changes (revision, ordinal, kind, name, version) VALUES (?1, ?2, ?3, ?4, ?5)";
    private const string Select = "SELECT revision, kind, name, version FROM changes WHERE revision > ?1 ORDER BY revision, ordinal";
    private const string Delete = "DELETE FROM changes WHERE revision <= ?1";

    public static void Write(SqliteSession session, List<StateChange> changes)
    {
        for (int i = 0; i < changes.Count; i++)
        {
            StateChange change = changes[i];
            using SqliteStatement insert = session.Use(Insert)
                .Bind(1, change.Revision).Bind(2, i).Bind(3, (long)change.Kind).Bind(4, change.Name).Bind(5, change.Version);
            insert.Run();
        }
    }

    public static void Trim(SqliteSession session, long head, int retention)
    {
        if (head <= retention || head % ChangeTrimming.GetStep(retention) != 0)
            return;
        using SqliteStatement delete = session.Use(Delete).Bind(1, head - retention);
        delete.Run();
    }

    /// <summary>Some changes after a revision, whole commits only; a reset when they are not there any more.</summary>
    public static List<StateChange> Read(SqliteSession session, long after)
    {
        var changes = new List<StateChange>();
        using (SqliteStatement select = session.Use(Select).Bind(1, after))
        {
            while (select.Step())
            {
                long revision = select.GetInt64(0);
                bool isNextCommit = changes.Count > 0 && changes[^1].Revision != revision;
                if (isNextCommit)
                    changes[^1] = changes[^1] with { EndsCommit = true };
                if (isNextCommit && changes.Count >= ChangeTrimming.BatchSize)
                    return changes;

                // Revisions have no gaps, so a gap is what trimming left.
                if (changes.Count == 0 && revision != after + 1)
                    return [CreateReset(SqliteDocuments.GetHead(session))];
                changes.Add(new StateChange(revision, (StateChangeKind)select.GetInt64(1), select.GetString(2), select.GetInt64(3), EndsCommit: false));
            }
        }

        if (changes.Count > 0)
        {
            changes[^1] = changes[^1] with { EndsCommit = true };
            return changes;
        }

        // Nothing after it, but not because it is the last one: the store was replaced by an older one.
        long head = SqliteDocuments.GetHead(session);
        return head < after ? [CreateReset(head)] : [];
    }

    /// <summary>What a watcher gets whose file is not the one it read before.</summary>
    public static List<StateChange> Reset(SqliteSession session) => [CreateReset(SqliteDocuments.GetHead(session))];

    private static StateChange CreateReset(long head) => new(head, StateChangeKind.Reset, string.Empty, 0, EndsCommit: true);
}
