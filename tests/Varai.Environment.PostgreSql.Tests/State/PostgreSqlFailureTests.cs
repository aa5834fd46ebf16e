using System.Text;
using Microsoft.Extensions.Logging.Testing;
using Npgsql;
using Varai.PostgreSql.State;
using Varai.PostgreSql.Tests.Server;
using Varai.State;

namespace Varai.PostgreSql.Tests.State;

/// <summary>What callers are told when the server, the network or the database is not as it should be.</summary>
public sealed class PostgreSqlFailureTests(PostgreSqlServer server) : IAsyncLifetime
{
    private readonly FakeLogger<PostgreSqlStateStore> _log = new();
    private readonly string _schema = PostgreSqlServer.NewSchema();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        server.Require();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Assert.DoesNotContain(_log.Collector.GetSnapshot(), r => $"{r.Message}{r.Exception}".Contains("canary", StringComparison.Ordinal));
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Commit_while_the_server_is_away_names_server_and_database_and_works_when_it_is_back()
    {
        await using var own = new PostgreSqlServer();
        await own.InitializeAsync();
        await using PostgreSqlStateStore store = Open(own.ConnectionString());
        await PutAsync(store, "before");
        await own.StopAsync();
        StateException error = await FailsAsync(() => PutAsync(store, "away"));
        Assert.True(error.IsTransient);
        Assert.StartsWith($"The state store '{_schema}' in the PostgreSQL database 'postgres' on '127.0.0.1:{own.Port}' can't be reached.", error.Message, StringComparison.Ordinal);
        await FailsAsync(() => store.GetAsync("k", Token).AsTask());
        await FailsAsync(() => store.Leases.TryAcquireAsync("l", "h", TimeSpan.FromMinutes(1), Token));
        await FailsAsync(() => store.Blobs.PutAsync("blob"u8.ToArray(), Token));
        await using PostgreSqlStateStore late = Open(own.ConnectionString());
        await FailsAsync(() => PutAsync(late, "late"));

        await own.StartAsync();
        await PutAsync(store, "back");
        await PutAsync(late, "back too");
        Assert.Equal(3, (await store.GetAsync("k", Token))!.Version);
    }

    [Fact]
    public async Task Calls_after_a_restart_do_not_meet_the_dead_connections_of_the_pool()
    {
        await using var own = new PostgreSqlServer();
        await own.InitializeAsync();
        await using PostgreSqlStateStore store = Open(own.ConnectionString());
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => store.GetRevisionAsync(Token).AsTask()));
        await own.StopAsync();
        await own.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => PutAsync(store, $"{i}")));
        Assert.Equal(10, await store.GetRevisionAsync(Token));
    }

    [Fact]
    public async Task Watch_goes_on_after_the_server_was_away_and_the_log_says_both()
    {
        await using var own = new PostgreSqlServer();
        await own.InitializeAsync();
        await using PostgreSqlStateStore store = Open(own.ConnectionString());
        await PutAsync(store, "1");
        await using IAsyncEnumerator<StateChange> changes = store.WatchAsync(0, Token).GetAsyncEnumerator(Token);
        Assert.True(await changes.MoveNextAsync());
        Task<bool> next = changes.MoveNextAsync().AsTask();
        await own.StopAsync();
        await Wait.UntilAsync(() => store.Follower.Failure is not null);
        await own.StartAsync();
        await Wait.UntilAsync(() => store.Follower.Failure is null);
        await using PostgreSqlStateStore other = Open(own.ConnectionString());
        await PutAsync(other, "2");
        Assert.True(await next.WaitAsync(Wait.Patience, Token));
        Assert.Equal(2, changes.Current.Revision);
        Assert.Equal([751, 752], _log.Collector.GetSnapshot().Select(r => r.Id.Id).Where(id => id is 751 or 752));
    }

    [Fact]
    public async Task Watch_begun_while_the_server_is_away_fails_at_once()
    {
        await using PostgreSqlStateStore store = Open($"Host=127.0.0.1;Port={PostgreSqlServer.FreePort()};Username=u;Password={PostgreSqlServer.Password}");
        await using IAsyncEnumerator<StateChange> changes = store.WatchAsync(0, Token).GetAsyncEnumerator(Token);
        await FailsAsync(() => changes.MoveNextAsync().AsTask());
    }

    [Fact]
    public async Task Commit_whose_answer_is_lost_is_found_to_have_happened()
    {
        await using var proxy = new CuttingProxy(server.Port);
        await using PostgreSqlStateStore store = Open(server.ConnectionString(proxy.Port));
        await PutAsync(store, "1");
        proxy.CutAt("COMMIT\0", deliver: true);
        StateCommit commit = await PutAsync(store, "2");
        Assert.Equal(2, commit.Revision);
        Assert.Equal("2", await ReadAsync(store));
    }

    [Fact]
    public async Task Commit_that_never_arrived_is_reported_as_not_kept()
    {
        await using var proxy = new CuttingProxy(server.Port);
        await using PostgreSqlStateStore store = Open(server.ConnectionString(proxy.Port));
        await PutAsync(store, "1");
        proxy.CutAt("COMMIT\0", deliver: false);
        StateException error = await FailsAsync(() => PutAsync(store, "2"));
        Assert.True(error.IsTransient);
        Assert.Contains("Nothing was changed; try again.", error.Message, StringComparison.Ordinal);
        Assert.Equal("1", await ReadAsync(store));
        Assert.Equal(2, (await PutAsync(store, "3")).Revision);
    }

    [Fact]
    public async Task Commit_whose_outcome_nobody_can_tell_says_so()
    {
        await using var proxy = new CuttingProxy(server.Port);
        await using PostgreSqlStateStore store = Open(server.ConnectionString(proxy.Port), o => o.CommandTimeout = TimeSpan.FromSeconds(1));
        await PutAsync(store, "1");
        proxy.CutAt("COMMIT\0", deliver: true, andStay: true);
        StateException error = await FailsAsync(() => PutAsync(store, "2"));
        Assert.Contains("its outcome is not known", error.Message, StringComparison.Ordinal);
        proxy.Heal();
        Assert.Equal("2", await ReadAsync(store));
    }

    [Fact]
    public async Task Commit_behind_a_writer_that_does_not_end_fails_in_time()
    {
        await using PostgreSqlStateStore store = Open(server.ConnectionString(), o => o.CommandTimeout = TimeSpan.FromSeconds(1));
        await PutAsync(store, "1");
        await using var connection = new NpgsqlConnection(server.ConnectionString());
        await connection.OpenAsync(Token);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Token);
        await using NpgsqlBatch locking = connection.CreateBatch();
        locking.BatchCommands.Add(new NpgsqlBatchCommand($"SELECT FROM \"{_schema}\".store FOR UPDATE"));
        await locking.ExecuteNonQueryAsync(Token);
        StateException error = await FailsAsync(() => PutAsync(store, "2"));
        Assert.True(error.IsTransient);
        Assert.Contains("is being written by others, longer than Varai:State:PostgreSql:CommandTimeout", error.Message, StringComparison.Ordinal);

        // Reading needs no lock, and waiting can be cancelled.
        Assert.Equal("1", await ReadAsync(store));
        using var stop = new CancellationTokenSource();
        Task waiting = store.CommitAsync(new StateTransaction().Put("k", default), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await transaction.RollbackAsync(Token);
        Assert.Equal(2, (await PutAsync(store, "3")).Revision);
    }

    [Fact]
    public async Task Store_of_a_later_version_is_refused_and_left_alone()
    {
        await using PostgreSqlStateStore running = Open(server.ConnectionString());
        await PutAsync(running, "1");
        await server.ExecuteAsync($"UPDATE \"{_schema}\".store SET version = 7", Token);
        await using PostgreSqlStateStore starting = Open(server.ConnectionString());
        foreach (PostgreSqlStateStore store in (PostgreSqlStateStore[])[running, starting])
        {
            StateException error = await FailsAsync(() => PutAsync(store, "2"));
            Assert.False(error.IsTransient);
            Assert.Contains("has schema version 7; this version of Varai.Environment.PostgreSql knows 1.", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1L, await server.ExecuteAsync($"SELECT revision FROM \"{_schema}\".store", Token));
    }

    [Fact]
    public async Task User_without_rights_is_told_what_an_administrator_runs_and_works_after_it()
    {
        string role = $"limited_{_schema}";
        await server.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD 'limited-canary'", Token);
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Username = role, Password = "limited-canary" };
        await using PostgreSqlStateStore store = Open(settings.ConnectionString);
        StateException error = await FailsAsync(() => PutAsync(store, "1"));
        Assert.False(error.IsTransient);
        Assert.Contains("Let an administrator run what PostgreSqlStateSchema.CreateScript writes", error.Message, StringComparison.Ordinal);

        await using (var connection = new NpgsqlConnection(server.ConnectionString()))
        {
            await connection.OpenAsync(Token);
            await using NpgsqlBatch script = connection.CreateBatch();
            foreach (string statement in PostgreSqlStateSchema.CreateScript(_schema, role).Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                script.BatchCommands.Add(new NpgsqlBatchCommand(statement));
            await script.ExecuteNonQueryAsync(Token);
        }

        await PutAsync(store, "1");
        await store.CommitAsync(new StateTransaction().Append("s", default).Delete("k"), Token);
        Lease lease = (await store.Leases.TryAcquireAsync("l", "h", TimeSpan.FromMinutes(1), Token))!;
        await store.Leases.ReleaseAsync(lease, Token);
        BlobId id = await store.Blobs.PutAsync(new byte[600_000], Token);
        Assert.True(await store.Blobs.DeleteAsync(id, Token));
    }

    [Fact]
    public async Task Wrong_password_and_missing_database_are_named_without_the_password()
    {
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Password = "wrong-canary" };
        await using PostgreSqlStateStore refused = Open(settings.ConnectionString);
        StateException login = await FailsAsync(() => PutAsync(refused, "1"));
        Assert.False(login.IsTransient);
        Assert.Contains("refused the login", login.Message, StringComparison.Ordinal);

        settings = new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Database = "nowhere" };
        await using PostgreSqlStateStore missing = Open(settings.ConnectionString);
        StateException database = await FailsAsync(() => PutAsync(missing, "1"));
        Assert.False(database.IsTransient);
        Assert.Contains("in the PostgreSQL database 'nowhere'", database.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", refused.ToString() + refused.Database + missing.Database.Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_that_is_removed_while_in_use_is_made_anew_by_the_call_after_the_one_that_fails()
    {
        await using PostgreSqlStateStore store = Open(server.ConnectionString());
        await PutAsync(store, "1");
        await PutAsync(store, "2");
        await using IAsyncEnumerator<StateChange> changes = store.WatchAsync(1, Token).GetAsyncEnumerator(Token);
        Assert.True(await changes.MoveNextAsync());
        await server.ExecuteAsync($"DROP SCHEMA \"{_schema}\" CASCADE", Token);
        StateException error = await FailsAsync(() => PutAsync(store, "3"));
        Assert.Contains("was removed while it was in use", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await PutAsync(store, "1")).Revision);
        await PutAsync(store, "2");

        // The watch knew revision 2 of another store.
        Assert.True(await changes.MoveNextAsync().AsTask().WaitAsync(Wait.Patience, Token));
        Assert.Equal(StateChangeKind.Reset, changes.Current.Kind);
    }

    [Fact]
    public async Task Commits_do_not_depend_on_the_defaults_of_the_database()
    {
        string connectionString = server.ConnectionString(
            settings: "Options=-c default_transaction_isolation=serializable -c default_transaction_read_only=on -c synchronous_commit=off");
        await using PostgreSqlStateStore store = Open(connectionString);
        await store.GetRevisionAsync(Token);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(
            async () =>
            {
                for (int i = 0; i < 20; i++)
                    await store.CommitAsync(new StateTransaction().Put($"k{writer}", default).Append("s", default), Token);
            },
            Token)));
        Assert.Equal(160, await store.GetRevisionAsync(Token));
    }

    [Fact]
    public async Task Forty_nodes_that_start_at_once_make_one_store()
    {
        PostgreSqlStateStore[] stores = [.. Enumerable.Range(0, 40).Select(_ => Open(server.ConnectionString(settings: "Maximum Pool Size=2")))];
        await Task.WhenAll(stores.Select(s => Task.Run(() => s.CommitAsync(new StateTransaction().Append("s", default), Token), Token)));
        Assert.Equal(40, await stores[0].GetRevisionAsync(Token));
        Assert.Single(_log.Collector.GetSnapshot(), r => r.Id.Id == 750);
        foreach (PostgreSqlStateStore store in stores)
            await store.DisposeAsync();
    }

    [Fact]
    public async Task Calls_after_disposal_say_so()
    {
        PostgreSqlStateStore store = Open(server.ConnectionString());
        await PutAsync(store, "1");
        Task<bool> watching = store.WatchAsync(1, Token).GetAsyncEnumerator(Token).MoveNextAsync().AsTask();
        await store.DisposeAsync();
        store.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => PutAsync(store, "2"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => watching.WaitAsync(Wait.Patience, Token));
    }

    private static Task<StateCommit> PutAsync(PostgreSqlStateStore store, string content) =>
        store.CommitAsync(new StateTransaction().Put("k", Encoding.UTF8.GetBytes(content)), Token);

    private static async Task<string> ReadAsync(PostgreSqlStateStore store) =>
        Encoding.UTF8.GetString((await store.GetAsync("k", Token))!.Content.Span);

    private static async Task<StateException> FailsAsync(Func<Task> call)
    {
        StateException error = await Assert.ThrowsAsync<StateException>(call);
        Assert.DoesNotContain("canary", error.ToString(), StringComparison.Ordinal);
        return error;
    }

    private PostgreSqlStateStore Open(string connectionString, Action<PostgreSqlStateOptions>? configure = null) =>
        Nodes.Open(connectionString, _schema, configure, logger: _log);
}
