using System.Globalization;

namespace Varai.State;

/// <summary>The tables, and which version of them a file has.</summary>
/// <remarks>The version is SQLite's <c>user_version</c> and the owner its <c>application_id</c>: both lie in the file's
/// header and change with the transaction that makes the tables.</remarks>
internal static class SqliteSchema
{
    public const int Version = 1;

    // "Vara" in ASCII.
    private const int ApplicationId = 0x56617261;

    // A deleted document keeps its row with no content: its version must go on from there.
    // A blob without a hash is an upload that has not ended. Its number is never used again, so that a reader of a
    // deleted blob can't be given the chunks of another.
    private const string Tables = """
        CREATE TABLE documents (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            version INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            content BLOB);
        CREATE TABLE streams (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE);
        CREATE TABLE entries (
            stream INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            appended INTEGER NOT NULL,
            content BLOB NOT NULL,
            PRIMARY KEY (stream, sequence)) WITHOUT ROWID;
        CREATE TABLE changes (
            revision INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            name TEXT NOT NULL,
            version INTEGER NOT NULL,
            PRIMARY KEY (revision, ordinal)) WITHOUT ROWID;
        CREATE TABLE leases (
            name TEXT NOT NULL PRIMARY KEY,
            holder TEXT NOT NULL,
            token INTEGER NOT NULL,
            expires INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE blobs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            hash BLOB UNIQUE,
            length INTEGER NOT NULL,
            touched INTEGER NOT NULL);
        CREATE TABLE chunks (
            blob INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            content BLOB NOT NULL,
            UNIQUE (blob, ordinal));
        """;

    /// <summary>Whether the file has the tables this library knows. Anything else is for <see cref="Apply"/> to judge: what
    /// is read here may be from before and after another process made them.</summary>
    public static bool IsCurrent(SqliteSession session) =>
        session.ReadInt64("PRAGMA user_version") == Version && session.ReadInt64("PRAGMA application_id") == ApplicationId;

    /// <summary>Makes the tables in an empty file, and refuses a file that isn't ours or is newer than this library.
    /// To be called in a write transaction.</summary>
    /// <returns>Whether the tables were made.</returns>
    public static bool Apply(SqliteSession session, string path)
    {
        if (IsCurrent(session))
            return false;
        long version = session.ReadInt64("PRAGMA user_version");
        long owner = session.ReadInt64("PRAGMA application_id");
        if (version == 0 && owner == 0 && session.ReadInt64("SELECT count(*) FROM sqlite_schema") == 0)
        {
            session.ExecuteScript(string.Create(CultureInfo.InvariantCulture,
                $"{Tables} PRAGMA user_version = {Version}; PRAGMA application_id = {ApplicationId};"));
            return true;
        }

        if (owner != ApplicationId)
        {
            throw new StateException(
                $"'{path}' is a SQLite database of another application. Set {StateOptions.SectionName}:{nameof(StateOptions.Directory)} to a folder of its own.");
        }

        throw new StateException(string.Create(CultureInfo.InvariantCulture,
            $"The state store '{path}' has schema version {version}; this version of Varai.Environment knows {Version}. Update the package in this process, or set {StateOptions.SectionName}:{nameof(StateOptions.Directory)} to another folder."));
    }
}
