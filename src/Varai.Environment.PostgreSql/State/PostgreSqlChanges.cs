using Npgsql;
using Varai.State;

namespace Varai.PostgreSql.State;

/// <summary>Reads the change log.</summary>
/// <remarks>Revisions are handed out under the lock that orders the commits, so they have no gaps and none becomes visible after a
/// greater one: whoever has read up to a revision has missed none before it.</remarks>
internal sealed class PostgreSqlChanges(PostgreSqlDatabase database)
{
    // How many commits a watcher takes at a time, always whole ones.
    private const int BatchSize = 128;

    /// <summary>Old changes go in steps of so many revisions: one at a time would cost every commit another page.</summary>
    public static int GetStep(int retention) => Math.Clamp(retention / 10, 1, 256);

    /// <summary>Some changes after a revision, as of one moment; a reset when they are not there any more.</summary>
    /// <param name="after">The last revision known.</param>
    /// <param name="store">The store that this revision is of; <see langword="null"/> for whichever is there.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<(Guid Store, List<StateChange> Changes)> ReadAsync(long after, Guid? store, CancellationToken cancellationToken) =>
        database.ReadAsync(
            () => Sql.Command(
                database.Statements.ReadChanges, Sql.Number(after), Sql.Number(after > long.MaxValue - BatchSize ? long.MaxValue : after + BatchSize)),
            reader => ReadAsync(reader, after, store, cancellationToken),
            cancellationToken);

    private async Task<(Guid Store, List<StateChange> Changes)> ReadAsync(
        NpgsqlDataReader reader, long after, Guid? store, CancellationToken cancellationToken)
    {
        var changes = new List<StateChange>();
        Guid found = default;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found = reader.GetGuid(0);
            database.ThrowIfNewer(reader.GetInt32(1));
            long head = reader.GetInt64(2);
            if (after > head || after < reader.GetInt64(3) || (store is { } known && known != found))
                return (found, [new StateChange(head, StateChangeKind.Reset, string.Empty, 0, EndsCommit: true)]);
            if (await reader.IsDBNullAsync(4, cancellationToken).ConfigureAwait(false))
                break;
            var change = new StateChange(reader.GetInt64(4), (StateChangeKind)reader.GetInt16(5), reader.GetString(6), reader.GetInt64(7), EndsCommit: false);
            if (changes.Count > 0 && changes[^1].Revision != change.Revision)
                changes[^1] = changes[^1] with { EndsCommit = true };
            changes.Add(change);
        }

        if (changes.Count > 0)
            changes[^1] = changes[^1] with { EndsCommit = true };
        return (found, changes);
    }
}
