using System.Text.Json.Nodes;

namespace Varai.Vault.Tests.Server;

/// <summary>Tokens and the leases made with them, on the server's clock.</summary>
internal sealed class TokenStore(TimeProvider clock)
{
    private readonly Dictionary<string, ServerToken> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ServerLease> _leases = new(StringComparer.Ordinal);

    public IReadOnlyCollection<ServerLease> Leases
    {
        get
        {
            Sweep();
            return [.. _leases.Values];
        }
    }

    public ServerToken Issue(ServerRole role, string ns, string? id = null, bool renewable = true)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var token = new ServerToken
        {
            Id = id ?? (role.IsBatch ? "hvb." : "hvs.") + Guid.NewGuid().ToString("N"),
            Namespace = ns,
            Policies = [.. role.Policies, "default"],
            Ttl = role.Ttl,
            MaxTtl = role.MaxTtl,
            IsBatch = role.IsBatch,
            IsRenewable = renewable && !role.IsBatch,
            CreatedAt = now,
            ExpiresAt = role.Ttl == TimeSpan.Zero ? DateTimeOffset.MaxValue : now + (role.Ttl < role.MaxTtl ? role.Ttl : role.MaxTtl),
        };
        _tokens[token.Id] = token;
        return token;
    }

    public ServerToken? Find(string? id)
    {
        Sweep();
        return id is not null && _tokens.TryGetValue(id, out ServerToken? token) ? token : null;
    }

    public void Revoke(string id)
    {
        _tokens.Remove(id);
        foreach (ServerLease lease in _leases.Values.Where(lease => lease.Token == id).ToArray())
            _leases.Remove(lease.Id);
    }

    public void RevokeAll()
    {
        foreach (string id in _tokens.Keys.ToArray())
            Revoke(id);
    }

    public JsonObject Auth(ServerToken token) => new()
    {
        ["client_token"] = token.Id,
        ["accessor"] = "accessor-of-it",
        ["policies"] = new JsonArray([.. token.Policies.Select(p => JsonValue.Create(p))]),
        ["lease_duration"] = Seconds(token.ExpiresAt),
        ["renewable"] = token.IsRenewable,
        ["token_type"] = token.IsBatch ? "batch" : "service",
    };

    public ServerReply Renew(ServerToken token, TimeSpan? increment)
    {
        if (token.IsBatch)
            return ServerReply.Error(400, "batch tokens cannot be renewed");
        if (!token.IsRenewable)
            return ServerReply.Error(400, "lease is not renewable");
        DateTimeOffset now = clock.GetUtcNow(), wanted = now + (increment is { } i && i > TimeSpan.Zero ? i : token.Ttl), end = token.CreatedAt + token.MaxTtl;
        token.ExpiresAt = wanted < end ? wanted : end;
        JsonObject body = ServerReply.Envelope(data: null);
        body["auth"] = Auth(token);
        if (wanted > end)
            body["warnings"] = new JsonArray("TTL of the token exceeded the effective max_ttl; TTL value is capped accordingly");
        return new ServerReply(200, body);
    }

    public ServerReply Lookup(ServerToken token) => ServerReply.Data(new JsonObject
    {
        ["id"] = token.Id,
        ["accessor"] = "accessor-of-it",
        ["ttl"] = token.ExpiresAt == DateTimeOffset.MaxValue ? 0 : Seconds(token.ExpiresAt),
        ["renewable"] = token.IsRenewable,
        ["type"] = token.IsBatch ? "batch" : "service",
    });

    public ServerReply Lease(ServerToken token, string path, JsonObject data, TimeSpan ttl, TimeSpan maxTtl)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var lease = new ServerLease($"{path}/{Guid.NewGuid():N}", token.Id, ttl, maxTtl, now) { ExpiresAt = now + ttl };
        _leases[lease.Id] = lease;
        return new ServerReply(200, Body(lease, data));
    }

    public ServerReply RenewLease(string? id, TimeSpan increment)
    {
        Sweep();
        if (id is null || !_leases.TryGetValue(id, out ServerLease? lease))
            return ServerReply.Error(400, "lease not found");
        DateTimeOffset wanted = clock.GetUtcNow() + (increment > TimeSpan.Zero ? increment : lease.Ttl), end = lease.CreatedAt + lease.MaxTtl;
        lease.ExpiresAt = wanted < end ? wanted : end;
        JsonObject body = Body(lease, data: null);
        if (wanted > end)
            body["warnings"] = new JsonArray("TTL of the lease exceeded the effective max_ttl; TTL value is capped accordingly");
        return new ServerReply(200, body);
    }

    public ServerReply RevokeLease(string? id) =>
        id is not null && _leases.Remove(id) ? ServerReply.Nothing : ServerReply.Error(400, "invalid lease");

    private JsonObject Body(ServerLease lease, JsonObject? data)
    {
        JsonObject body = ServerReply.Envelope(data);
        body["lease_id"] = lease.Id;
        body["renewable"] = true;
        body["lease_duration"] = Seconds(lease.ExpiresAt);
        return body;
    }

    private int Seconds(DateTimeOffset end) => end == DateTimeOffset.MaxValue ? 0 : (int)Math.Round((end - clock.GetUtcNow()).TotalSeconds);

    private void Sweep()
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach (ServerToken token in _tokens.Values.Where(token => token.ExpiresAt <= now).ToArray())
            Revoke(token.Id);
        foreach (ServerLease lease in _leases.Values.Where(lease => lease.ExpiresAt <= now).ToArray())
            _leases.Remove(lease.Id);
    }
}
