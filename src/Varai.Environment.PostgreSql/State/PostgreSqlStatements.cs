namespace Varai.PostgreSql.State;

/// <summary>Every statement of the store, for one schema.</summary>
/// <remarks>
/// None leaves anything behind in its session, so that a pooler may give each transaction another one: no prepared statements, no
/// session locks, and SET only until the end of the transaction. The isolation level is always said, since the default of a
/// database may be one under which a commit would not see what was committed while it waited for its turn.
/// </remarks>
internal sealed class PostgreSqlStatements(string schema)
{
    public const string Begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
    public const string Commit = "COMMIT";

    /// <summary>$1 how long to wait for a lock, $2 how long the server waits for the next statement of the transaction; both in
    /// milliseconds. A commit is durable even where the database's default is not.</summary>
    public const string Settings = """
        SELECT set_config('lock_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $2, true),
            CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', true) END
        """;

    public const string ServerFacts = """
        SELECT current_setting('server_version_num')::integer, pg_encoding_to_char(encoding), to_regclass($1) IS NOT NULL,
            EXISTS (SELECT FROM pg_namespace WHERE nspname = $2)
        FROM pg_database WHERE datname = current_database()
        """;

    public const string MigrationLock = "SELECT pg_advisory_xact_lock(hashtextextended('varai state ' || $1, 0))";
    public const string TransactionStatus = "SELECT pg_xact_status($1::xid8)";
    public const string Notify = "SELECT pg_notify($1, $2)";

    public string Channel { get; } = $"varai_state_{schema}";

    public string Table { get; } = $"\"{schema}\".store";

    public string Listen { get; } = $"LISTEN \"varai_state_{schema}\"";

    public string Head { get; } = $"SELECT id, version, revision FROM \"{schema}\".store";

    // The order of commits is that of this lock: the next writer gets it when the transaction before is visible to all.
    public string LockHead { get; } = $"SELECT FROM \"{schema}\".store FOR UPDATE";

    public string LockLeases { get; } = $"SELECT FROM \"{schema}\".leases WHERE name = ANY ($1) ORDER BY name FOR SHARE";

    // After the lock and not with it: a statement that waits for a lock has looked at the clock before.
    public string ReadHead { get; } =
        $"SELECT version, revision, trimmed, greatest(committed, clock_timestamp()), pg_current_xact_id()::text FROM \"{schema}\".store";

    public string ReadLeases { get; } =
        $"SELECT name, holder, token, expires FROM \"{schema}\".leases WHERE name = ANY ($1) AND expires > clock_timestamp()";

    public string ReadVersions { get; } = $"SELECT key, version, content IS NULL FROM \"{schema}\".documents WHERE key = ANY ($1)";

    public string ReadSequences { get; } = $"SELECT name, last FROM \"{schema}\".streams WHERE name = ANY ($1)";

    public string PutDocument { get; } = $"""
        INSERT INTO "{schema}".documents (key, version, revision, modified, content) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (key) DO UPDATE SET version = excluded.version, revision = excluded.revision, modified = excluded.modified, content = excluded.content
        """;

    public string DeleteDocument { get; } = $"UPDATE \"{schema}\".documents SET revision = $2, modified = $3, content = NULL WHERE key = $1";

    public string AdvanceStream { get; } = $"""
        INSERT INTO "{schema}".streams (name, last) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET last = excluded.last
        """;

    public string AppendEntry { get; } = $"""
        INSERT INTO "{schema}".entries (stream, sequence, revision, appended, content)
        SELECT id, $2, $3, $4, $5 FROM "{schema}".streams WHERE name = $1
        """;

    public string WriteChanges { get; } = $"""
        INSERT INTO "{schema}".changes (revision, ordinal, kind, name, version)
        SELECT $1, c.ordinal - 1, c.kind, c.name, c.version
        FROM unnest($2::smallint[], $3::text[], $4::bigint[]) WITH ORDINALITY AS c (kind, name, version, ordinal)
        """;

    public string TrimChanges { get; } = $"DELETE FROM \"{schema}\".changes WHERE revision <= $1";

    public string AdvanceHead { get; } = $"UPDATE \"{schema}\".store SET revision = $1, committed = $2, trimmed = $3";

    public string ReadChanges { get; } = $"""
        SELECT s.id, s.version, s.revision, s.trimmed, c.revision, c.kind, c.name, c.version
        FROM "{schema}".store s LEFT JOIN "{schema}".changes c ON c.revision > $1 AND c.revision <= $2
        ORDER BY c.revision, c.ordinal
        """;

    public string GetDocument { get; } =
        $"SELECT key, content, version, revision, modified FROM \"{schema}\".documents WHERE key = $1 AND content IS NOT NULL";

    public string ListFrom { get; } =
        $"SELECT key, content, version, revision, modified FROM \"{schema}\".documents WHERE key >= $1 AND content IS NOT NULL ORDER BY key";

    public string ListRange { get; } =
        $"SELECT key, content, version, revision, modified FROM \"{schema}\".documents WHERE key >= $1 AND key < $2 AND content IS NOT NULL ORDER BY key";

    public string ReadForwards { get; } = ReadEntries(schema) + " LIMIT $4";

    public string ReadBackwards { get; } = ReadEntries(schema) + " DESC LIMIT $4";

    public string AcquireLease { get; } = $"""
        INSERT INTO "{schema}".leases AS l (name, holder, token, expires) VALUES ($1, $2, 1, clock_timestamp() + $3)
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, token = l.token + 1, expires = clock_timestamp() + $3
        WHERE l.expires <= clock_timestamp()
        RETURNING name, holder, token, expires
        """;

    public string RenewLease { get; } = $"""
        UPDATE "{schema}".leases SET expires = clock_timestamp() + $3 WHERE name = $1 AND token = $2 AND expires > clock_timestamp()
        RETURNING name, holder, token, expires
        """;

    // The row stays with an end in the past: its token must never come again.
    public string ReleaseLease { get; } = $"UPDATE \"{schema}\".leases SET expires = '-infinity' WHERE name = $1 AND token = $2";

    public string GetLease { get; } = $"SELECT name, holder, token, expires FROM \"{schema}\".leases WHERE name = $1 AND expires > clock_timestamp()";

    public string FindBlob { get; } = $"SELECT id, length FROM \"{schema}\".blobs WHERE hash = $1";

    public string PutSmallBlob { get; } = $"""
        WITH added AS (
            INSERT INTO "{schema}".blobs (hash, length, touched) VALUES ($1, $2, clock_timestamp()) ON CONFLICT (hash) DO NOTHING RETURNING id)
        INSERT INTO "{schema}".chunks (blob, ordinal, content) SELECT id, 0, $3 FROM added
        """;

    // In the order of their hashes: of two that put the same blobs, none waits for what the other holds while it holds what the other waits for.
    public string PutSmallBlobs { get; } = $"""
        WITH given AS (SELECT DISTINCT ON (hash) hash, content FROM unnest($1, $2) AS given (hash, content) ORDER BY hash),
        added AS (
            INSERT INTO "{schema}".blobs (hash, length, touched) SELECT hash, octet_length(content), clock_timestamp() FROM given ORDER BY hash
            ON CONFLICT (hash) DO NOTHING RETURNING id, hash)
        INSERT INTO "{schema}".chunks (blob, ordinal, content) SELECT added.id, 0, given.content FROM added JOIN given USING (hash)
        """;

    public string BeginUpload { get; } = $"INSERT INTO \"{schema}\".blobs (hash, length, touched) VALUES (NULL, 0, clock_timestamp()) RETURNING id";

    // A chunk that is there already was sent by the same upload, whose answer got lost.
    public string StageChunk { get; } = $"""
        WITH touched AS (UPDATE "{schema}".blobs SET touched = clock_timestamp() WHERE id = $1 AND hash IS NULL RETURNING id),
        staged AS (INSERT INTO "{schema}".chunks (blob, ordinal, content) SELECT id, $2, $3 FROM touched ON CONFLICT (blob, ordinal) DO NOTHING)
        SELECT count(*) FROM touched
        """;

    public string FinishUpload { get; } = $"""
        UPDATE "{schema}".blobs SET hash = $2, length = $3 WHERE id = $1 AND (hash IS NULL OR hash = $2) RETURNING id
        """;

    public string DropUpload { get; } = $"""
        WITH dropped AS (DELETE FROM "{schema}".blobs WHERE id = $1 AND hash IS NULL RETURNING id)
        DELETE FROM "{schema}".chunks USING dropped WHERE blob = dropped.id
        """;

    // An upload that has not moved for a day belongs to a process that died.
    public string DropAbandoned { get; } = $"""
        WITH dropped AS (
            DELETE FROM "{schema}".blobs WHERE hash IS NULL AND touched < clock_timestamp() - interval '1 day' RETURNING id)
        DELETE FROM "{schema}".chunks USING dropped WHERE blob = dropped.id
        """;

    public string DeleteBlob { get; } = $"""
        WITH deleted AS (DELETE FROM "{schema}".blobs WHERE hash = $1 RETURNING id),
        emptied AS (DELETE FROM "{schema}".chunks USING deleted WHERE blob = deleted.id)
        SELECT count(*) FROM deleted
        """;

    public string DeleteBlobs { get; } = $"""
        WITH doomed AS (SELECT id FROM "{schema}".blobs WHERE hash = ANY ($1) ORDER BY hash FOR UPDATE),
        deleted AS (DELETE FROM "{schema}".blobs USING doomed WHERE blobs.id = doomed.id RETURNING blobs.id)
        DELETE FROM "{schema}".chunks USING deleted WHERE blob = deleted.id
        """;

    public string ReadChunk { get; } = $"SELECT content FROM \"{schema}\".chunks WHERE blob = $1 AND ordinal = $2";

    private static string ReadEntries(string schema) => $"""
        SELECT e.sequence, e.content, e.revision, e.appended FROM "{schema}".streams s JOIN "{schema}".entries e ON e.stream = s.id
        WHERE s.name = $1 AND e.sequence > $2 AND e.sequence < $3 ORDER BY e.sequence
        """;
}
