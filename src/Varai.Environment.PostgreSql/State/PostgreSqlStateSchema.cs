namespace Varai.PostgreSql.State;

/// <summary>The tables of the state store, for a database administrator who makes them by hand.</summary>
/// <remarks>The store makes its tables itself where its user may; see <see cref="CreateScript"/> for where it may not.</remarks>
public static class PostgreSqlStateSchema
{
    /// <summary>The version of the tables that this package knows.</summary>
    public const int Version = 1;

    internal const string NameRule = "must be a lower-case letter or '_', then at most 47 lower-case letters, digits or '_', and not begin with 'pg_'";

    /// <summary>Writes the statements that make the store's schema and tables, and grant their use, to be run once by a role that
    /// may create schemas in the database.</summary>
    /// <param name="schema">The schema, as in <see cref="PostgreSqlStateOptions.Schema"/>.</param>
    /// <param name="role">The role that the service logs in as; it gets the rights to read and write, and none to change tables.
    /// <see langword="null"/>: nothing is granted.</param>
    /// <exception cref="ArgumentException">The schema is not one that the options allow, or the role is empty.</exception>
    public static string CreateScript(string schema, string? role = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (!IsName(schema))
            throw new ArgumentException($"The schema is '{schema}', but {NameRule}.", nameof(schema));
        if (role is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(role);
        string script = $"""
            BEGIN;
            CREATE SCHEMA IF NOT EXISTS "{schema}";
            {CreateTables(schema)}
            """;
        if (role is not null)
        {
            string quoted = $"\"{role.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            script += $"""

                GRANT USAGE ON SCHEMA "{schema}" TO {quoted};
                GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "{schema}" TO {quoted};
                """;
        }

        return script + "\nCOMMIT;\n";
    }

    /// <summary>Whether a schema may be called so; such a name needs no escape anywhere, and leaves room for a prefix in a channel's name.</summary>
    internal static bool IsName(string? name) =>
        name is { Length: > 0 and <= 48 }
        && !char.IsAsciiDigit(name[0])
        && !name.StartsWith("pg_", StringComparison.Ordinal)
        && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    // The columns single, id and version of store stay what they are in every later version: they are how versions know each other.
    // A deleted document keeps its row with no content: its version must go on from there.
    // A blob without a hash is an upload that has not ended. Numbers of blobs are never used again, so that a reader of a deleted
    // blob can't be given the chunks of another. Chunks are not compressed: most of what is large is compressed already.
    internal static string CreateTables(string schema) => $$"""
        CREATE TABLE "{{schema}}".store (
            single boolean PRIMARY KEY DEFAULT true CHECK (single),
            id uuid NOT NULL DEFAULT gen_random_uuid(),
            version integer NOT NULL,
            revision bigint NOT NULL DEFAULT 0,
            trimmed bigint NOT NULL DEFAULT 0,
            committed timestamp with time zone NOT NULL DEFAULT '-infinity') WITH (fillfactor = 20);
        CREATE TABLE "{{schema}}".documents (
            key text COLLATE "C" PRIMARY KEY,
            version bigint NOT NULL,
            revision bigint NOT NULL,
            modified timestamp with time zone NOT NULL,
            content bytea);
        CREATE TABLE "{{schema}}".streams (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name text COLLATE "C" NOT NULL UNIQUE,
            last bigint NOT NULL);
        CREATE TABLE "{{schema}}".entries (
            stream bigint NOT NULL,
            sequence bigint NOT NULL,
            revision bigint NOT NULL,
            appended timestamp with time zone NOT NULL,
            content bytea NOT NULL,
            PRIMARY KEY (stream, sequence));
        CREATE TABLE "{{schema}}".changes (
            revision bigint NOT NULL,
            ordinal integer NOT NULL,
            kind smallint NOT NULL,
            name text COLLATE "C" NOT NULL,
            version bigint NOT NULL,
            PRIMARY KEY (revision, ordinal));
        CREATE TABLE "{{schema}}".leases (
            name text COLLATE "C" PRIMARY KEY,
            holder text NOT NULL,
            token bigint NOT NULL,
            expires timestamp with time zone NOT NULL) WITH (fillfactor = 50);
        CREATE TABLE "{{schema}}".blobs (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            hash bytea UNIQUE,
            length bigint NOT NULL,
            touched timestamp with time zone NOT NULL);
        CREATE TABLE "{{schema}}".chunks (
            blob bigint NOT NULL,
            ordinal bigint NOT NULL,
            content bytea NOT NULL,
            PRIMARY KEY (blob, ordinal));
        ALTER TABLE "{{schema}}".chunks ALTER COLUMN content SET STORAGE EXTERNAL;
        INSERT INTO "{{schema}}".store (version) VALUES ({{Version}});
        """;
}
