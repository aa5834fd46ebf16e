using Varai.Data;
using Varai.Data.Migration;
using Varai.Secrets;

namespace Varai.Tests.Data;

public sealed class DataMigratorTests : IDisposable
{
    private readonly DataWorld _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("production", "staging", true)]
    [InlineData("PRODUCTION", "development", true)]
    [InlineData("staging", "development", true)]
    [InlineData("development", "staging", false)]
    [InlineData("staging", "production", false)]
    [InlineData("unknown", "development", true)]
    [InlineData("unknown", "production", true)]
    [InlineData("development", "unknown", true)]
    [InlineData("unknown", "other", true)]
    public void Ranking_TheUsual_TellsWhatNeedsMasking(string source, string target, bool isDown) =>
        Assert.Equal(isDown, new EnvironmentRanking(new DataMigrationOptions()).IsDown(source, target));

    [Fact]
    public void Ranking_OfYourOwn_HasItsLastForProduction()
    {
        var options = new DataMigrationOptions();
        options.Ranking.Add("test");
        options.Ranking.Add("live");
        var ranking = new EnvironmentRanking(options);
        Assert.True(ranking.IsIntoProduction("Live"));
        Assert.False(ranking.IsIntoProduction("production"));
        Assert.False(ranking.IsDown("test", "live"));
    }

    [Fact]
    public async Task Migrate_UpIntoProduction_NeedsPermission()
    {
        _world.Write("f", "x");
        DataComponentException error = await Assert.ThrowsAsync<DataComponentException>(
            () => _world.Migrator().MigrateAsync(new DataMigrationRequest("staging", "Production") { Components = ["files"] }, null, Token));
        Assert.Contains("set AllowIntoProduction", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_world.Target));
    }

    [Fact]
    public async Task Migrate_WhatCantBe_IsRefused()
    {
        DataMigrator migrator = _world.Migrator();
        await Assert.ThrowsAsync<ArgumentException>(() => migrator.MigrateAsync(new DataMigrationRequest("staging", "STAGING"), null, Token));
        ArgumentException unknown = await Assert.ThrowsAsync<ArgumentException>(
            () => migrator.MigrateAsync(new DataMigrationRequest("development", "staging") { Components = ["fils"] }, null, Token));
        Assert.Contains("There is no data component 'fils'; registered: 'files', 'database'.", unknown.Message, StringComparison.Ordinal);
        DataComponentException folder = await Assert.ThrowsAsync<DataComponentException>(
            () => migrator.MigrateAsync(new DataMigrationRequest("development", "nowhere") { Components = ["files"] }, null, Token));
        Assert.Contains("has no folder in the environment 'nowhere'", folder.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _world.Migrator(_world.Files, _world.Files).MigrateAsync(new DataMigrationRequest("development", "staging"), null, Token));
        DataMaskingPolicy keyless = new DataMaskingPolicy().Mask("t", "a", MaskingRule.Fake);
        await Assert.ThrowsAsync<ArgumentException>(
            () => migrator.MigrateAsync(new DataMigrationRequest("development", "staging") { Masking = keyless }, null, Token));
        keyless.KeySecret = "missing";
        await Assert.ThrowsAsync<SecretNotFoundException>(
            () => migrator.MigrateAsync(new DataMigrationRequest("development", "staging") { Masking = keyless }, null, Token));
    }

    [Fact]
    public async Task Migrate_AnotherRequestAfterAFailure_BeginsAnew()
    {
        for (int i = 0; i < 10; i++)
            _world.Write($"f{i}", $"{i}");
        _world.FilesOptions.Parallelism = 1;
        var broken = new FailingComponent(_world.Files) { FailAfter = 6 };
        await Assert.ThrowsAsync<DataComponentException>(() => _world.Migrator(broken).MigrateAsync(
            new DataMigrationRequest("staging", "production") { AllowIntoProduction = true }, null, Token));

        DataComponentReport report = await _world.MoveFilesAsync(delete: true);

        Assert.False(report.IsResumed);
        Assert.Equal((10, 0), (report.Copied, report.Resumed));
        Assert.Empty(_world.Leftovers());
        Assert.Empty(await _world.State.ListAsync("data/items/", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Migrate_TellsProgressWithAnEstimate()
    {
        for (int i = 0; i < 200; i++)
            _world.Write($"f{i}", new string('x', 20_000));
        _world.Options.ProgressInterval = TimeSpan.FromMilliseconds(1);
        var told = new List<DataMigrationProgress>();

        await _world.Migrator(_world.Files).MigrateAsync(
            new DataMigrationRequest("staging", "production") { AllowIntoProduction = true }, new Told(told), Token);

        Assert.Equal(DataMigrationPhase.Capturing, told[0].Phase);
        Assert.Equal(DataMigrationPhase.Done, told[^1].Phase);
        Assert.Equal((200, 200, 4_000_000, 4_000_000), (told[^1].ItemsDone, told[^1].Items, told[^1].BytesDone, told[^1].Bytes));
        Assert.Contains(told, p => p is { Phase: DataMigrationPhase.Copying, Remaining: not null });
    }

    [Fact]
    public async Task Migrate_Masked_ShowsNeitherKeyNorValues()
    {
        const string KeyText = "canary-key-0123456789abcdef";
        using var world = new DataWorld(KeyText);
        world.Execute("production", "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, n INT CHECK (n <> 5)); INSERT INTO t VALUES (1, 'canary-value-1', 1), (2, 'canary-value-2', 2)");
        world.Write("f", "x", "production");
        DataMaskingPolicy policy = DataWorld.Policy().Mask("t", "a", MaskingRule.Fake);
        var texts = new List<string>();
        var told = new List<DataMigrationProgress>();

        DataMigrationReport report = await world.Migrator().MigrateAsync(new DataMigrationRequest("production", "staging") { Masking = policy }, new Told(told), Token);
        texts.Add(System.Text.Json.JsonSerializer.Serialize(report));
        texts.Add(report.ToString());
        texts.AddRange(told.Select(p => p.ToString()));
        foreach (MaskingRule bad in new[] { MaskingRule.KeepLast(1), MaskingRule.Null })
        {
            DataMaskingPolicy failing = DataWorld.Policy().Mask("t", "a", MaskingRule.KeepLast(1)).Mask("t", "n", bad);
            world.Execute("production", "INSERT OR IGNORE INTO t VALUES (3, 'canary-value-11', 3)");
            texts.Add((await Record.ExceptionAsync(() => world.MaskDatabaseAsync(failing)))?.ToString() ?? "");
        }

        texts.Add((await Record.ExceptionAsync(() => world.MaskDatabaseAsync(new DataMaskingPolicy())))!.ToString());
        texts.AddRange(world.Logger.Collector.GetSnapshot().Select(r => r.Message + r.Exception));
        await foreach (var document in world.State.ListAsync("", Token))
            texts.Add(document.Key + System.Text.Encoding.UTF8.GetString(document.Content.Span));
        string all = string.Join('\n', texts);

        Assert.DoesNotContain("canary", all, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(KeyText)), all, StringComparison.Ordinal);
        Assert.Contains(world.Logger.Collector.GetSnapshot(), r => r.Id.Id == 1452);
        byte[] file = await File.ReadAllBytesAsync(world.DatabaseOf("staging"), Token);
        Assert.Equal(-1, file.AsSpan().IndexOf("canary"u8));
    }

    [Theory]
    [InlineData(3, "Varai:DataMigration:ProgressInterval is '00:00:03', but must be from 00:00:00.0010000 to 00:00:02.")]
    [InlineData(0, "Varai:DataMigration:ProgressInterval is '00:00:00', but must be from 00:00:00.0010000 to 00:00:02.")]
    public void Validate_AnInterval_OutOfRange_IsRefused(int seconds, string message) =>
        Assert.Equal(message, new DataMigrationOptionsValidator().Validate(null, new DataMigrationOptions { ProgressInterval = TimeSpan.FromSeconds(seconds) }).FailureMessage);

    [Fact]
    public void Validate_OtherOptions_OutOfRange_AreRefused()
    {
        var ranking = new DataMigrationOptions { JournalBatch = 0 };
        ranking.Ranking.Add("a");
        ranking.Ranking.Add("A");
        Assert.Equal(
            "Varai:DataMigration:JournalBatch is '0', but must be from 1 to 10000.; Varai:DataMigration:Ranking has 'a' more than once, but an environment has one rank.",
            new DataMigrationOptionsValidator().Validate(null, ranking).FailureMessage);
        var files = new DataFilesOptions { Parallelism = 65, MaximumDeletedShare = double.NaN, Replacement = (DataFilesReplacement)7 };
        files.Directories["staging"] = " ";
        Assert.Equal(
            "Varai:Data:Files:x:Parallelism is '65', but must be from 1 to 64.; Varai:Data:Files:x:MaximumDeletedShare is 'NaN', but must be from 0 to 1.; Varai:Data:Files:x:Replacement is '7', but must be Swap or PerFile.; Varai:Data:Files:x:Directories:staging is ' ', but must be the path of a folder.",
            new DataFilesOptionsValidator().Validate("x", files).FailureMessage);
        var sqlite = new DataSqliteOptions { BusyTimeout = TimeSpan.FromSeconds(-1) };
        sqlite.Files["staging"] = "";
        Assert.Equal(
            "Varai:Data:Sqlite:x:BusyTimeout is '-00:00:01', but must be from 00:00:00 to 00:10:00.; Varai:Data:Sqlite:x:Files:staging is '', but must be the path of a database file.",
            new DataSqliteOptionsValidator().Validate("x", sqlite).FailureMessage);
    }

    private sealed class Told(List<DataMigrationProgress> list) : IProgress<DataMigrationProgress>
    {
        public void Report(DataMigrationProgress value)
        {
            lock (list)
                list.Add(value);
        }
    }
}
