namespace Varai.State;

/// <summary>The leases of a <see cref="SqliteStateStore"/>.</summary>
internal sealed class SqliteLeases(SqliteDatabase database, TimeProvider timeProvider) : ILeaseStore
{
    private const string Find = "SELECT holder, token, expires FROM leases WHERE name = ?1";
    private const string Save = """
        INSERT INTO leases (name, holder, token, expires) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (name) DO UPDATE SET holder = ?2, token = ?3, expires = ?4
        """;

    public Task<Lease?> TryAcquireAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        StateKey.ThrowIfInvalid(name);
        StateKey.ThrowIfInvalid(holder);
        LeaseArguments.Check(duration);
        return database.WriteAsync(
            session =>
            {
                DateTimeOffset now = timeProvider.GetUtcNow();
                Lease? last = GetLast(session, name);
                if (last is not null && last.ExpiresAt > now)
                    return null;
                var lease = new Lease(name, holder, (last?.Token ?? 0) + 1, now + duration);
                Write(session, lease);
                return lease;
            },
            cancellationToken);
    }

    public Task<Lease> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        LeaseArguments.Check(duration);
        return database.WriteAsync(
            session =>
            {
                DateTimeOffset now = timeProvider.GetUtcNow();
                Lease renewed = Verify(session, lease, now) with { ExpiresAt = now + duration };
                Write(session, renewed);
                return renewed;
            },
            cancellationToken);
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return database.WriteAsync(
            session =>
            {
                // The row stays with an end in the past: its token must never come again.
                bool isCurrent = GetLast(session, lease.Name) is { } last && last.Token == lease.Token;
                if (isCurrent)
                    Write(session, lease with { ExpiresAt = DateTimeOffset.MinValue });
                return isCurrent;
            },
            cancellationToken);
    }

    public ValueTask<Lease?> GetAsync(string name, CancellationToken cancellationToken)
    {
        StateKey.ThrowIfInvalid(name);
        return database.ReadAsync(session => GetCurrent(session, name, timeProvider.GetUtcNow()), cancellationToken);
    }

    /// <summary>Throws unless the lease is the current one.</summary>
    public static Lease Verify(SqliteSession session, Lease lease, DateTimeOffset now)
    {
        Lease? current = GetCurrent(session, lease.Name, now);
        return current?.Token == lease.Token ? current : throw new LeaseLostException(lease, current);
    }

    private static Lease? GetCurrent(SqliteSession session, string name, DateTimeOffset now) =>
        GetLast(session, name) is { } lease && lease.ExpiresAt > now ? lease : null;

    private static Lease? GetLast(SqliteSession session, string name)
    {
        using SqliteStatement find = session.Use(Find).Bind(1, name);
        return find.Step() ? new Lease(name, find.GetString(0), find.GetInt64(1), find.GetTime(2)) : null;
    }

    private static void Write(SqliteSession session, Lease lease)
    {
        using SqliteStatement save = session.Use(Save)
            .Bind(1, lease.Name).Bind(2, lease.Holder).Bind(3, lease.Token).Bind(4, lease.ExpiresAt.UtcTicks);
        save.Run();
    }
}
