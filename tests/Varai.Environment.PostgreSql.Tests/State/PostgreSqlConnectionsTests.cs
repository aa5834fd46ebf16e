using Npgsql;
using Varai.PostgreSql.State;

namespace Varai.PostgreSql.Tests.State;

public sealed class PostgreSqlConnectionsTests
{
    [Theory]
    [InlineData("Host=db", true, 20)]
    [InlineData("Host=db;No Reset On Close=false;Timeout=3", false, 3)]
    public void Create_SetsWhatIsNotSaid(string connectionString, bool noReset, int timeout)
    {
        var options = new PostgreSqlStateOptions { CommandTimeout = TimeSpan.FromSeconds(20) };
        using NpgsqlDataSource source = PostgreSqlConnections.Create(connectionString, options, secrets: null);
        var settings = new NpgsqlConnectionStringBuilder(source.ConnectionString);

        Assert.Equal((noReset, timeout), (settings.NoResetOnClose, settings.Timeout));
    }
}
