using System.Globalization;
using Npgsql;
using Varai.State;

namespace Varai.PostgreSql.State;

/// <summary>Commits, one after the other: each locks the store's head row, looks at what it expects, and writes.</summary>
/// <remarks>Two round trips: the first takes the lock and reads, the second writes and commits. Between them nothing of a caller runs.</remarks>
internal sealed class PostgreSqlCommits(PostgreSqlDatabase database)
{
    /// <exception cref="StateConflictException">An expectation does not hold.</exception>
    /// <exception cref="LeaseLostException">A required lease is not the current one.</exception>
    /// <exception cref="StateException">The store can't be written.</exception>
    public async Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        (NpgsqlConnection connection, Findings findings) = await database.OpenAsync(
            (opened, token) => LookAsync(opened, transaction, token), cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            foreach (Lease lease in transaction.RequiredLeases)
                Verify(lease, findings);
            var writes = new List<NpgsqlBatchCommand>();
            List<StateChange> changes = Decide(transaction, findings, writes);

            // What was locked is released with the connection, whose return to the pool rolls back.
            if (changes.Count == 0)
                return new StateCommit(findings.Revision, []);
            AddEnd(writes, changes, findings);
            await ApplyAsync(connection, writes, findings.TransactionId).ConfigureAwait(false);
            return new StateCommit(findings.Revision + 1, changes);
        }
    }

    private static string[] NamesOf(StateTransaction transaction, bool isAppend) =>
        [.. transaction.Operations.Where(o => o.Kind == StateOperationKind.Append == isAppend).Select(static o => o.Name).Distinct(StringComparer.Ordinal)];

    private static void Verify(Lease lease, Findings findings)
    {
        Lease? current = findings.Leases.GetValueOrDefault(lease.Name);
        if (current?.Token != lease.Token)
            throw new LeaseLostException(lease, current);
    }

    private async Task<Findings> LookAsync(NpgsqlConnection connection, StateTransaction transaction, CancellationToken cancellationToken)
    {
        PostgreSqlStatements sql = database.Statements;
        string[] leases = [.. transaction.RequiredLeases.Select(static l => l.Name).Distinct(StringComparer.Ordinal)];
        string[] documents = NamesOf(transaction, isAppend: false);
        string[] streams = NamesOf(transaction, isAppend: true);
        List<NpgsqlBatchCommand> commands = [.. database.BeginTransaction(), Sql.Command(sql.LockHead)];

        // Whoever wants to take a lease over waits until this commit, which relies on it, is done.
        if (leases.Length > 0)
            commands.Add(Sql.Command(sql.LockLeases, Sql.Texts(leases)));
        commands.Add(Sql.Command(sql.ReadHead));
        commands.Add(Sql.Command(sql.ReadLeases, Sql.Texts(leases)));
        commands.Add(Sql.Command(sql.ReadVersions, Sql.Texts(documents)));
        commands.Add(Sql.Command(sql.ReadSequences, Sql.Texts(streams)));
        NpgsqlBatch batch = database.CreateBatch(connection, commands);
        await using (batch.ConfigureAwait(false))
        {
            NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                for (int i = leases.Length > 0 ? 3 : 2; i > 0; i--)
                    await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                return await ReadFindingsAsync(reader, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<Findings> ReadFindingsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            throw database.HasNoHead();
        database.ThrowIfNewer(reader.GetInt32(0));
        DateTimeOffset now = await reader.GetFieldValueAsync<DateTimeOffset>(3, cancellationToken).ConfigureAwait(false);
        var findings = new Findings(reader.GetInt64(1), reader.GetInt64(2), now, reader.GetString(4));
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            Lease lease = PostgreSqlLeases.Read(reader);
            findings.Leases[lease.Name] = lease;
        }

        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            findings.Documents[reader.GetString(0)] = (reader.GetInt64(1), reader.GetBoolean(2));
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            findings.Streams[reader.GetString(0)] = reader.GetInt64(1);
        return findings;
    }

    private List<StateChange> Decide(StateTransaction transaction, Findings findings, List<NpgsqlBatchCommand> writes)
    {
        long revision = findings.Revision + 1;
        var changes = new List<StateChange>(transaction.Operations.Count);
        foreach (StateOperation operation in transaction.Operations)
        {
            StateChange? change = operation.Kind == StateOperationKind.Append
                ? Append(operation, revision, findings, writes)
                : Change(operation, revision, findings, writes);
            if (change is { } made)
                changes.Add(made);
        }

        if (changes.Count > 0)
            changes[^1] = changes[^1] with { EndsCommit = true };
        return changes;
    }

    private StateChange? Change(StateOperation operation, long revision, Findings findings, List<NpgsqlBatchCommand> writes)
    {
        (long version, bool isDeleted) = findings.Documents.GetValueOrDefault(operation.Name, (0, true));
        operation.ThrowIfConflict(isDeleted ? 0 : version);
        switch (operation.Kind)
        {
            case StateOperationKind.Put:
                writes.Add(Sql.Command(
                    database.Statements.PutDocument, Sql.Text(operation.Name), Sql.Number(version + 1), Sql.Number(revision), Sql.Time(findings.Now), Sql.Bytes(operation.Content)));
                return new StateChange(revision, StateChangeKind.Put, operation.Name, version + 1, EndsCommit: false);
            case StateOperationKind.Delete when !isDeleted:
                writes.Add(Sql.Command(database.Statements.DeleteDocument, Sql.Text(operation.Name), Sql.Number(revision), Sql.Time(findings.Now)));
                return new StateChange(revision, StateChangeKind.Delete, operation.Name, version, EndsCommit: false);
            default:
                return null;
        }
    }

    private StateChange Append(StateOperation operation, long revision, Findings findings, List<NpgsqlBatchCommand> writes)
    {
        long last = findings.Streams.GetValueOrDefault(operation.Name);
        operation.ThrowIfConflict(last);
        findings.Streams[operation.Name] = last + 1;
        writes.Add(Sql.Command(database.Statements.AdvanceStream, Sql.Text(operation.Name), Sql.Number(last + 1)));
        writes.Add(Sql.Command(
            database.Statements.AppendEntry, Sql.Text(operation.Name), Sql.Number(last + 1), Sql.Number(revision), Sql.Time(findings.Now), Sql.Bytes(operation.Content)));
        return new StateChange(revision, StateChangeKind.Append, operation.Name, last + 1, EndsCommit: false);
    }

    private void AddEnd(List<NpgsqlBatchCommand> writes, List<StateChange> changes, Findings findings)
    {
        PostgreSqlStatements sql = database.Statements;
        long revision = findings.Revision + 1;
        writes.Add(Sql.Command(
            sql.WriteChanges,
            Sql.Number(revision),
            Sql.SmallNumbers([.. changes.Select(static c => (short)c.Kind)]),
            Sql.Texts([.. changes.Select(static c => c.Name)]),
            Sql.Numbers([.. changes.Select(static c => c.Version)])));
        long trimmed = findings.Trimmed;
        int retention = database.Options.ChangeRetention;
        if (revision - retention > trimmed && revision % PostgreSqlChanges.GetStep(retention) == 0)
        {
            trimmed = revision - retention;
            writes.Add(Sql.Command(sql.TrimChanges, Sql.Number(trimmed)));
        }

        writes.Add(Sql.Command(sql.AdvanceHead, Sql.Number(revision), Sql.Time(findings.Now), Sql.Number(trimmed)));

        // Sent by the server when the commit is visible, and not at all when it fails. The text is for people who listen.
        writes.Add(Sql.Command(PostgreSqlStatements.Notify, Sql.Text(sql.Channel), Sql.Text(revision.ToString(CultureInfo.InvariantCulture))));
        writes.Add(new NpgsqlBatchCommand(PostgreSqlStatements.Commit));
    }

    // A commit that has begun is finished: no token.
    private async Task ApplyAsync(NpgsqlConnection connection, List<NpgsqlBatchCommand> writes, string transactionId)
    {
        try
        {
            NpgsqlBatch batch = database.CreateBatch(connection, writes);
            await using (batch.ConfigureAwait(false))
                await batch.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (PostgresException e) when (connection.State == System.Data.ConnectionState.Open)
        {
            // The server refused something and is still there: the transaction is rolled back.
            throw database.Translate(e, CancellationToken.None);
        }
        catch (Exception e) when (PostgreSqlErrors.IsOurs(e) || e is OperationCanceledException or ObjectDisposedException)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            await SettleAsync(transactionId, e).ConfigureAwait(false);
        }
    }

    /// <summary>Asks the server what became of a transaction whose answer got lost.</summary>
    private async Task SettleAsync(string transactionId, Exception error)
    {
        switch (await FindOutAsync(transactionId).ConfigureAwait(false))
        {
            case true:
                return;
            case false:
                throw new StateException($"{database.Capitalize()} lost the connection during a commit. Nothing was changed; try again. ({error.Message})", error)
                {
                    IsTransient = true,
                };
            default:
                throw new StateException(
                    $"{database.Capitalize()} can't be reached after a commit was sent, so that its outcome is not known. Read before trying again, or let expected versions refuse the repetition. ({error.Message})",
                    error)
                {
                    IsTransient = true,
                };
        }
    }

    /// <returns>Whether the transaction was committed; <see langword="null"/> when nobody can tell.</returns>
    private async Task<bool?> FindOutAsync(string transactionId)
    {
        var delay = new ReconnectDelay();
        long start = database.TimeProvider.GetTimestamp();
        while (database.TimeProvider.GetElapsedTime(start) < database.Options.CommandTimeout)
        {
            try
            {
                string? status = await database.ReadAsync(
                    () => Sql.Command(PostgreSqlStatements.TransactionStatus, Sql.Text(transactionId)), ReadTextAsync, database.Lifetime).ConfigureAwait(false);
                if (status is not "in progress")
                    return status is null ? null : status == "committed";
            }
            catch (StateException e) when (e.IsTransient)
            {
                // Away still.
            }
            catch (Exception e) when (e is StateException or OperationCanceledException or ObjectDisposedException)
            {
                return null;
            }

            await Task.Delay(delay.Next(), database.TimeProvider, database.Lifetime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }

    private static async Task<string?> ReadTextAsync(NpgsqlDataReader reader) =>
        await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false) && !await reader.IsDBNullAsync(0, CancellationToken.None).ConfigureAwait(false)
            ? reader.GetString(0)
            : null;

    /// <summary>What was there when the commit's turn came.</summary>
    private sealed record Findings(long Revision, long Trimmed, DateTimeOffset Now, string TransactionId)
    {
        public Dictionary<string, Lease> Leases { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, (long Version, bool IsDeleted)> Documents { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, long> Streams { get; } = new(StringComparer.Ordinal);
    }
}
