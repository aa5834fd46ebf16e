using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using Varai.PostgreSql.State;
using Varai.PostgreSql.Tests.Server;
using Varai.Secrets;
using Varai.State;
using Varai.Tests.TestResources;

namespace Varai.PostgreSql.Tests.DependencyInjection;

public sealed class VaraiPostgreSqlStateBuilderExtensionsTests(PostgreSqlServer server) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _schema = PostgreSqlServer.NewSchema();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task UsePostgreSqlState_reads_its_section_beside_that_of_the_embedded_store()
    {
        server.Require();
        using IHost host = await StartAsync(
            static b => b.UsePostgreSqlState(),
            ("Varai:State:PollInterval", "00:00:05"),
            ("Varai:State:PostgreSql:ConnectionString", server.ConnectionString()),
            ("Varai:State:PostgreSql:Schema", _schema));
        var store = host.Services.GetRequiredService<IStateStore>();
        Assert.IsType<PostgreSqlStateStore>(store);
        await store.CommitAsync(new StateTransaction().Put("k", default), Token);
        Assert.Equal(1L, await server.ExecuteAsync($"SELECT revision FROM \"{_schema}\".store", Token));
        Assert.False(Directory.Exists(_folder.File(".varai")));
    }

    [Fact]
    public async Task UsePostgreSqlState_with_a_misspelt_key_or_a_bad_value_stops_the_host()
    {
        Exception misspelt = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(
            static b => b.UsePostgreSqlState("Host=db;Password=s3cr3t-canary"), ("Varai:State:PostgreSql:Schemas", "x")));
        Assert.Contains("Schemas", misspelt.Message, StringComparison.Ordinal);
        var bad = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(
            static b => b.UsePostgreSqlState("Host=db;Password=s3cr3t-canary", static o => o.Schema = "No")));
        Assert.Contains("Varai:State:PostgreSql:Schema is 'No'", bad.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", misspelt.ToString() + bad, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Section_of_a_store_that_nobody_uses_stops_the_host()
    {
        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(static _ => { }, ("Varai:State:PostgreSql:Schema", "x")));
        Assert.Contains("PostgreSql", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UsePostgreSqlState_without_an_address_says_what_to_set()
    {
        using IHost host = await StartAsync(static b => b.UsePostgreSqlState());
        var error = Assert.Throws<InvalidOperationException>(host.Services.GetRequiredService<IStateStore>);
        Assert.Contains("set Varai:State:PostgreSql:ConnectionString, or register an NpgsqlDataSource", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UsePostgreSqlState_leaves_a_data_source_to_its_owner(bool isRegistered)
    {
        server.Require();
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(server.ConnectionString());
        using (IHost host = await StartAsync(b =>
        {
            if (isRegistered)
                b.Services.AddSingleton<NpgsqlDataSource>(_ => NpgsqlDataSource.Create(server.ConnectionString()));
            b = isRegistered ? b.UsePostgreSqlState(o => o.Schema = _schema) : b.UsePostgreSqlState(source, o => o.Schema = _schema);
        }))
        {
            await host.Services.GetRequiredService<IStateStore>().CommitAsync(new StateTransaction().Put("k", default), Token);
        }

        await using NpgsqlConnection connection = await source.OpenConnectionAsync(Token);
    }

    [Fact]
    public async Task UsePostgreSqlState_asks_for_the_password_at_each_connection()
    {
        server.Require();
        var provider = new PasswordProvider();
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Password = null };
        using IHost host = await StartAsync(b => b
            .UsePostgreSqlState(settings.ConnectionString, o => (o.Schema, o.PasswordSecret) = (_schema, "db-password"))
            .AddSecretProvider(_ => provider));
        var store = host.Services.GetRequiredService<IStateStore>();
        StateException missing = await Assert.ThrowsAsync<StateException>(() => store.CommitAsync(new StateTransaction().Put("k", default), Token));
        Assert.Contains("can't be opened: its password can't be had from Varai:State:PostgreSql:PasswordSecret", missing.Message, StringComparison.Ordinal);
        provider.Password = PostgreSqlServer.Password;
        host.Services.GetRequiredService<ISecretStore>().Invalidate("db-password");
        await store.CommitAsync(new StateTransaction().Put("k", default), Token);
    }

    [Fact]
    public async Task Health_is_degraded_while_the_server_is_away()
    {
        server.Require();
        await using var proxy = new CuttingProxy(server.Port);
        using IHost host = await StartAsync(b =>
        {
            b.UsePostgreSqlState(server.ConnectionString(proxy.Port), o => o.Schema = _schema);
            b.Services.AddHealthChecks();
        });
        var health = host.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Status);
        proxy.Cut();
        HealthReportEntry away = await CheckAsync();
        Assert.Equal(HealthStatus.Degraded, away.Status);
        Assert.DoesNotContain("canary", away.Description + away.Exception, StringComparison.Ordinal);
        proxy.Heal();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Status);

        async Task<HealthReportEntry> CheckAsync() => (await health.CheckHealthAsync(c => c.Name == "varai-state", Token)).Entries["varai-state"];
    }

    [Fact]
    public async Task UsePostgreSqlState_called_twice_keeps_the_last_settings_and_one_health_check()
    {
        server.Require();
        using IHost host = await StartAsync(b =>
        {
            b.UsePostgreSqlState("Host=nowhere").UsePostgreSqlState(server.ConnectionString(), o => o.Schema = _schema);
            b.Services.AddHealthChecks();
        });
        await host.Services.GetRequiredService<IStateStore>().CommitAsync(new StateTransaction().Put("k", default), Token);
        Assert.Single(host.Services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations, r => r.Name == "varai-state");
    }

    private async Task<IHost> StartAsync(Action<VaraiBuilder> configure, params (string Key, string Value)[] settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = _folder.Root, EnvironmentName = "production" });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        configure(builder.AddVarai());
        IHost host = builder.Build();
        await host.StartAsync(Token);
        return host;
    }

    private sealed class PasswordProvider : ISecretProvider
    {
        public string? Password { get; set; }

        public string Name => "passwords";

        public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken) =>
            ValueTask.FromResult(Password is null ? null : new Secret(request.Name, new SecretValue(Password), Name));
    }
}
