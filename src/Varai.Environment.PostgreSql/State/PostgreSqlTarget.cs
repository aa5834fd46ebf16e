using System.Globalization;
using Npgsql;

namespace Varai.PostgreSql.State;

/// <summary>Names the store in messages: server, database and schema, never a user's password.</summary>
internal sealed class PostgreSqlTarget
{
    private readonly string _text;

    /// <summary>Takes the names.</summary>
    /// <param name="settings">The connection's settings.</param>
    /// <param name="schema">The store's schema.</param>
    public PostgreSqlTarget(NpgsqlConnectionStringBuilder settings, string schema)
    {
        string hosts = string.Join(',', (settings.Host ?? "").Split(',').Select(host => Describe(host.Trim(), settings.Port)));
        _text = $"the state store '{schema}' in the PostgreSQL database '{settings.Database ?? settings.Username}' on '{hosts}'";
    }

    public override string ToString() => _text;

    private static string Describe(string host, int port) =>
        host.StartsWith('/') || host.LastIndexOf(':') > host.LastIndexOf(']')
            ? host
            : string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
}
