using Microsoft.Extensions.Options;
using Varai.PostgreSql.State;

namespace Varai.PostgreSql.Tests.State;

public sealed class PostgreSqlStateOptionsValidatorTests
{
    public static TheoryData<Action<PostgreSqlStateOptions>, string> Bad => new()
    {
        { o => o.ConnectionString = "Host=db;Password=abc;canary=1", "Varai:State:PostgreSql:ConnectionString is not a connection string that Npgsql understands, such as 'Host=db;Database=shop;Username=shop'; a value with ; or = in it needs quotes." },
        { o => o.ConnectionString = "Database=x", "Varai:State:PostgreSql:ConnectionString is not a connection string that Npgsql understands, such as 'Host=db;Database=shop;Username=shop'; a value with ; or = in it needs quotes." },
        { o => o.PasswordSecret = " ", "Varai:State:PostgreSql:PasswordSecret is ' ', but must name a secret." },
        { o => o.Schema = "Varai", "Varai:State:PostgreSql:Schema is 'Varai', but must be a lower-case letter or '_', then at most 47 lower-case letters, digits or '_', and not begin with 'pg_'." },
        { o => o.Schema = "pg_varai", "Varai:State:PostgreSql:Schema is 'pg_varai', but must be a lower-case letter or '_', then at most 47 lower-case letters, digits or '_', and not begin with 'pg_'." },
        { o => o.PollInterval = TimeSpan.Zero, "Varai:State:PostgreSql:PollInterval is '00:00:00', but must be from 00:00:00.0100000 to 01:00:00." },
        { o => o.CommandTimeout = TimeSpan.FromMilliseconds(1), "Varai:State:PostgreSql:CommandTimeout is '00:00:00.0010000', but must be from 00:00:01 to 00:10:00." },
        { o => o.ChangeRetention = 0, "Varai:State:PostgreSql:ChangeRetention is '0', but must be from 1 to 2147483647." },
        { o => o.MaxDocumentBytes = 0, "Varai:State:PostgreSql:MaxDocumentBytes is '0', but must be from 1 to 268435456." },
    };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void Validate_of_a_bad_value_names_key_value_and_rule(Action<PostgreSqlStateOptions> spoil, string message)
    {
        var options = new PostgreSqlStateOptions { ConnectionString = "Host=db" };
        spoil(options);
        ValidateOptionsResult result = new PostgreSqlStateOptionsValidator().Validate(null, options);
        Assert.Equal([message], result.Failures);
    }

    [Fact]
    public void Validate_of_the_defaults_succeeds() =>
        Assert.True(new PostgreSqlStateOptionsValidator().Validate(null, new PostgreSqlStateOptions()).Succeeded);

    [Theory]
    [InlineData("a\"; DROP TABLE x; --")]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("a123456789012345678901234567890123456789012345678")]
    public void CreateScript_of_a_schema_that_needs_quotes_is_refused(string schema) =>
        Assert.Throws<ArgumentException>(() => PostgreSqlStateSchema.CreateScript(schema));

    [Fact]
    public void CreateScript_quotes_the_role() =>
        Assert.Contains("TO \"shop \"\"x\"\";\";", PostgreSqlStateSchema.CreateScript("varai", "shop \"x\";"), StringComparison.Ordinal);
}
