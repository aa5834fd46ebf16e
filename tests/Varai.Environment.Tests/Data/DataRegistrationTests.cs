using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai.Data;
using Varai.Tests.Hosting;

namespace Varai.Tests.Data;

public sealed class DataRegistrationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Host_WithComponentsFromCodeAndConfiguration_MovesBoth()
    {
        await using VaraiHost host = new VaraiHost()
            .Set(("Varai:Data:Files:files:Directories:staging", "a"), ("Varai:Data:Files:files:Directories:production", "b"), ("Varai:Data:Sqlite:database:Files:staging", "s.db"))
            .WriteSecret("masking-key", "0123456789abcdef0123456789abcdef");
        host.Folder.Write("a/f", "x");
        host.Builder.AddVarai().AddDataFiles("files").AddDataFiles("files", o => o.Parallelism = 2)
            .AddSqliteDatabase("database", o => o.File("production", "p.db"));
        await host.App.StartAsync(Token);
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={host.Folder.File("p.db")};Pooling=False"))
        {
            await connection.OpenAsync(Token);
            await using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE t (email TEXT); INSERT INTO t VALUES ('ann@shop.com')";
            await command.ExecuteNonQueryAsync(Token);
        }

        IDataMigrator migrator = host.App.Services.GetRequiredService<IDataMigrator>();
        Assert.Equal(["files", "database"], host.App.Services.GetServices<IDataComponent>().Select(c => c.Name));
        DataMigrationReport up = await migrator.MigrateAsync(
            new DataMigrationRequest("staging", "production") { Components = ["files"], AllowIntoProduction = true }, cancellationToken: Token);
        DataMigrationReport down = await migrator.MigrateAsync(
            new DataMigrationRequest("production", "staging") { Components = ["database"], Masking = new DataMaskingPolicy { KeySecret = "masking-key" }.Mask("t", "email", MaskingRule.Fake) },
            cancellationToken: Token);

        Assert.Equal("x", await File.ReadAllTextAsync(host.Folder.File("b/f"), Token));
        Assert.Equal(1, up.Components[0].Copied);
        Assert.Equal(1, down.Components[0].Tables[0].TargetRows);
        await host.App.StopAsync(Token);
    }

    [Theory]
    [InlineData("Varai:Data:Files:fils:Parallelism", "2", "Varai:Data:Files:fils is not known: no data component has the name 'fils'.")]
    [InlineData("Varai:Data:Files:files:Paralelism", "2", "'Paralelism'")]
    [InlineData("Varai:Data:Files:files:Parallelism", "0", "Varai:Data:Files:files:Parallelism is '0', but must be from 1 to 64.")]
    [InlineData("Varai:DataMigration:JurnalBatch", "2", "'JurnalBatch'")]
    [InlineData("Varai:DataMigration:JournalBatch", "0", "Varai:DataMigration:JournalBatch is '0'")]
    [InlineData("Varai:Data:Sqlite:database:BusyTimeout", "01:00:00", "Varai:Data:Sqlite:database:BusyTimeout is '01:00:00'")]
    public async Task Start_AMistakeInTheSection_IsRefused(string key, string value, string message)
    {
        await using VaraiHost host = new VaraiHost().Set((key, value));
        host.Builder.AddVarai().AddDataFiles("files").AddSqliteDatabase("database");

        Exception? error = await Record.ExceptionAsync(() => host.App.StartAsync(Token));

        Assert.Contains(message, error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_ANameThatSeparates_IsRefused()
    {
        var builder = new VaraiBuilder(new ServiceCollection());
        Assert.Throws<ArgumentException>(() => builder.AddDataFiles("a/b"));
        Assert.Throws<ArgumentException>(() => builder.AddSqliteDatabase("a:b"));
        Assert.Throws<ArgumentException>(() => builder.AddSqliteDatabase(""));
    }
}
