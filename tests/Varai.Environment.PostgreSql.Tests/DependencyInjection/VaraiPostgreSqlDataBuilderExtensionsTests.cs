using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai.Data;
using Varai.PostgreSql.Data;
using Varai.Tests.TestResources;

namespace Varai.PostgreSql.Tests.DependencyInjection;

public sealed class VaraiPostgreSqlDataBuilderExtensionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AddPostgreSqlDatabase_binds_its_section_and_a_second_call_sets_more()
    {
        using IHost host = await StartAsync(
            static b => b.AddPostgreSqlDatabase("database").AddPostgreSqlDatabase("database", static o => o.MaximumParallelism = 7).AddPostgreSqlDatabase("other"),
            ("Varai:Data:PostgreSql:database:ConnectionStrings:staging", "Host=db"),
            ("Varai:Data:PostgreSql:database:PasswordSecrets:staging", "db"),
            ("Varai:Data:PostgreSql:database:Schemas:0", "shop"),
            ("Varai:Data:PostgreSql:database:MaximumParallelism", "3"),
            ("Varai:Data:PostgreSql:database:LockTimeout", "00:00:03"));
        DataPostgreSqlOptions options = host.Services.GetRequiredService<IOptionsMonitor<DataPostgreSqlOptions>>().Get("database");
        Assert.Equal("Host=db", options.ConnectionStrings["STAGING"]);
        Assert.Equal("db", options.PasswordSecrets["Staging"]);
        Assert.Equal(["shop"], options.Schemas);
        Assert.Equal(7, options.MaximumParallelism);
        Assert.Equal(TimeSpan.FromSeconds(3), options.LockTimeout);
        Assert.Equal(["database", "other"], host.Services.GetServices<IDataComponent>().Select(c => c.Name));
        Assert.Null(options.Database("staging", "Host=x").PasswordSecrets.Keys.FirstOrDefault());
    }

    [Theory]
    [InlineData("databse:LockTimeout", "00:00:01", "Varai:Data:PostgreSql:databse is not known: no PostgreSQL database has the name 'databse'.")]
    [InlineData("database:LockTimout", "00:00:01", "'LockTimout'")]
    [InlineData("database:LockTimeout", "01:00:00", "Varai:Data:PostgreSql:database:LockTimeout is '01:00:00', but must be from 00:00:00.0100000 to 00:10:00.")]
    public async Task Start_with_a_mistake_in_the_section_is_refused(string key, string value, string message)
    {
        Exception? error = await Record.ExceptionAsync(() => StartAsync(static b => b.AddPostgreSqlDatabase("database"), ($"Varai:Data:PostgreSql:{key}", value)));
        Assert.Contains(message, error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_with_a_name_that_separates_is_refused()
    {
        var builder = new VaraiBuilder(new ServiceCollection());
        Assert.Throws<ArgumentException>(() => builder.AddPostgreSqlDatabase("a/b"));
        Assert.Throws<ArgumentException>(() => builder.AddPostgreSqlDatabase("a:b"));
    }

    [Fact]
    public void Validate_names_key_value_and_rule_and_no_connection_string()
    {
        var options = new DataPostgreSqlOptions { MaximumParallelism = 0, LockTimeout = TimeSpan.Zero };
        options.ConnectionStrings["staging"] = "s3cr3t-canary";
        options.PasswordSecrets["staging"] = " ";
        options.PasswordSecrets["production"] = "x";
        options.Schemas.Add("pg_catalog");
        options.Schemas.Add("shop");
        options.Schemas.Add("shop");
        Assert.Equal(
            "Varai:Data:PostgreSql:x:ConnectionStrings:staging is not a connection string that Npgsql understands, such as 'Host=db;Database=shop;Username=shop'; a value with ; or = in it needs quotes.; "
            + "Varai:Data:PostgreSql:x:PasswordSecrets:staging is ' ', but must name a secret.; "
            + "Varai:Data:PostgreSql:x:PasswordSecrets:production belongs to no connection string: set Varai:Data:PostgreSql:x:ConnectionStrings:production.; "
            + "Varai:Data:PostgreSql:x:Schemas has 'pg_catalog', but must have names of schemas that are not the server's own.; "
            + "Varai:Data:PostgreSql:x:Schemas has a schema twice.; "
            + "Varai:Data:PostgreSql:x:MaximumParallelism is '0', but must be from 1 to 32.; "
            + "Varai:Data:PostgreSql:x:LockTimeout is '00:00:00', but must be from 00:00:00.0100000 to 00:10:00.",
            new DataPostgreSqlOptionsValidator().Validate("x", options).FailureMessage);
        Assert.True(new DataPostgreSqlOptionsValidator().Validate("x", new DataPostgreSqlOptions()).Succeeded);
    }

    private async Task<IHost> StartAsync(Action<VaraiBuilder> configure, params (string Key, string Value)[] settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = _folder.Root, EnvironmentName = "production" });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        configure(builder.AddVarai().AddDataMigration());
        IHost host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }
}
