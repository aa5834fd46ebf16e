using Npgsql;
using Varai.State;

namespace Varai.PostgreSql.State;

/// <summary>The leases of a <see cref="PostgreSqlStateStore"/>, by the server's clock.</summary>
internal sealed class PostgreSqlLeases(PostgreSqlDatabase database) : ILeaseStore
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    public Task<Lease?> TryAcquireAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        StateKey.ThrowIfInvalid(name);
        StateKey.ThrowIfInvalid(holder);
        Check(duration);
        return database.WriteAsync(
            () => Sql.Command(database.Statements.AcquireLease, Sql.Text(name), Sql.Text(holder), Sql.Duration(duration)),
            ReadOneAsync,
            cancellationToken);
    }

    public async Task<Lease> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        Check(duration);
        Lease? renewed = await database.WriteAsync(
            () => Sql.Command(database.Statements.RenewLease, Sql.Text(lease.Name), Sql.Number(lease.Token), Sql.Duration(duration)),
            ReadOneAsync,
            cancellationToken).ConfigureAwait(false);
        return renewed ?? throw new LeaseLostException(lease, await GetAsync(lease.Name, cancellationToken).ConfigureAwait(false));
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return database.WriteAsync(
            () => Sql.Command(database.Statements.ReleaseLease, Sql.Text(lease.Name), Sql.Number(lease.Token)),
            static _ => Task.FromResult(true),
            cancellationToken);
    }

    public async ValueTask<Lease?> GetAsync(string name, CancellationToken cancellationToken)
    {
        StateKey.ThrowIfInvalid(name);
        return await database.ReadAsync(() => Sql.Command(database.Statements.GetLease, Sql.Text(name)), ReadOneAsync, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads name, holder, token and end.</summary>
    public static Lease Read(NpgsqlDataReader reader) =>
        new(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetFieldValue<DateTimeOffset>(3));

    private static async Task<Lease?> ReadOneAsync(NpgsqlDataReader reader) =>
        await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false) ? Read(reader) : null;

    private static void Check(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, Longest);
    }
}
