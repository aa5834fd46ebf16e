using Microsoft.Extensions.DependencyInjection;
using Varai.Configuration;
using Varai.Data;
using Varai.Promotion;
using Varai.Tests.Promotion;

namespace Varai.Tests.Data;

public sealed class ConfigurationComponentTests : IAsyncDisposable
{
    private const string Id = "0123456789abcdef0123456789abcdef";

    private readonly PromotionHarness _harness = new PromotionHarness().Environments(
        """{ "a": { "x": 1 } }""",
        """
        {
          // of staging
          "a": { "x": 2, "own": true },
          "api": { "url": "https://staging.example", "key": "${secret:api-key}" }
        }
        """,
        """
        {
          "a": { "x": 3 }, // careful
          "api": { "url": "https://example", "key": "${secret:api-key}" },
          "list": [1, 2]
        }
        """);

    public ConfigurationComponentTests() => _harness.Secrets.Set("api-key", "s3cr3t-canary");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IDataComponent Component => _harness.Services.GetServices<IDataComponent>().Single();

    [Fact]
    public async Task Migrate_IntoAnotherEnvironment_KeepsWhatIsProtectedAndWhatOnlyTheTargetHas()
    {
        await StartAsync(o => o.ProtectedKeys.Add("api:url"));

        DataMigrationReport report = await MigrateAsync("production", "staging");

        Assert.True(report.Components[0].HasChanged);
        Assert.Contains("1 keys stay the own of 'staging': they are protected.", report.Components[0].Notes);
        string text = _harness.Read("staging.json");
        Assert.Contains("// of staging", text, StringComparison.Ordinal);
        Assert.Contains("https://staging.example", text, StringComparison.Ordinal);
        Assert.Contains("${secret:api-key}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t-canary", text, StringComparison.Ordinal);
        Assert.Equal(("3", "true", "[1,2]"), (await ValueAsync("a:x"), await ValueAsync("a:own"), await ValueAsync("list")));
        ConfigurationVersion version = await NewestAsync("staging");
        Assert.Equal((ConfigurationChangeSource.Restore, "data:configuration"), (version.Source, version.Author));
        Assert.False((await MigrateAsync("production", "staging")).Components[0].HasChanged);
    }

    [Fact]
    public async Task Migrate_WithDeleteMissing_MakesTheTargetTheSame()
    {
        await StartAsync();

        DataMigrationReport report = await MigrateAsync("production", "staging", deleteMissing: true);

        Assert.Equal(1, report.Components[0].Deleted);
        Assert.Null(await ValueAsync("a:own"));
        Assert.Equal(await Component.FingerprintAsync("production", Token), await Component.FingerprintAsync("staging", Token));
    }

    // As a backup does it: captured, kept, and brought back after somebody's edit, protected keys included.
    [Fact]
    public async Task Restore_IntoTheEnvironmentItCameFrom_BringsAllOfItBack()
    {
        await StartAsync(o => o.ProtectedKeys.Add("api:url"));
        IReadOnlyList<DataFingerprint> before = await Component.FingerprintAsync("production", Token);
        (DataItem item, byte[] content) = await CaptureAsync("production");
        await _harness.EditAsync("production", "api:url", "\"https://elsewhere.example\"");
        await _harness.EditAsync("production", "list", json: null);
        Assert.NotEqual(before, await Component.FingerprintAsync("production", Token));

        DataRestoreResult result = await RestoreAsync("production", item, content);

        Assert.True(result.HasChanged);
        Assert.Equal(before, await Component.FingerprintAsync("production", Token));
        Assert.Contains("// careful", _harness.Read("production.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_OfWhatWouldNotBeValid_ChangesNothing()
    {
        await _harness.StartAsync(configure: b => b.AddDataConfiguration().AddConfigurationRule("small", static context =>
        {
            if (context.EnvironmentName == "staging" && context.Root.FindKey("a:x")?.Text is "3")
                context.Error("a:x", "3 is too much for staging.");
        }));
        string before = _harness.Read("staging.json");

        DataComponentException error = await Assert.ThrowsAsync<DataComponentException>(() => MigrateAsync("production", "staging"));

        Assert.Contains("3 is too much for staging.", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, _harness.Read("staging.json"));
    }

    [Fact]
    public async Task Restore_OfWhatASharedFileHides_SaysSoAndChangesNothing()
    {
        _harness.Write("base.json", """{ "shared": { "y": 1 } }""");
        await StartAsync();
        (DataItem item, byte[] _) = await CaptureAsync("staging");
        string before = _harness.Read("staging.json");

        DataComponentException error = await Assert.ThrowsAsync<DataComponentException>(
            () => RestoreAsync("staging", item, """{ "a": { "x": 9 } }"""u8.ToArray(), deleteMissing: true));

        Assert.Contains("can't give shared the captured values", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, _harness.Read("staging.json"));
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("[1]")]
    public async Task Write_OfNoDocument_IsRefused(string content)
    {
        await StartAsync();
        (DataItem item, byte[] _) = await CaptureAsync("staging");

        await Assert.ThrowsAsync<DataComponentException>(() => RestoreAsync("staging", item, System.Text.Encoding.UTF8.GetBytes(content)));
    }

    [Fact]
    public async Task Restore_OfAnEnvironmentThatIsNotThere_IsRefused()
    {
        await StartAsync();

        DataComponentException error = await Assert.ThrowsAsync<DataComponentException>(
            () => Component.RestoreAsync(new DataRestoreRequest("nowhere", Id), Token));

        Assert.StartsWith("The configuration of 'nowhere' can't be read:", error.Message, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    private Task StartAsync(Action<PromotionOptions>? options = null) =>
        _harness.StartAsync(options, b => b.AddDataConfiguration().AddDataConfiguration());

    private Task<DataMigrationReport> MigrateAsync(string source, string target, bool deleteMissing = false) =>
        _harness.Services.GetRequiredService<IDataMigrator>().MigrateAsync(
            new DataMigrationRequest(source, target) { DeleteMissing = deleteMissing }, progress: null, Token);

    private async Task<(DataItem Item, byte[] Content)> CaptureAsync(string environment)
    {
        await using IDataCapture capture = await Component.CaptureAsync(new DataCaptureRequest(environment, Id), Token);
        DataItem item = await capture.ListAsync(Token).SingleAsync(Token);
        await using Stream stream = await capture.OpenAsync(item, Token);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, Token);
        return (item, content.ToArray());
    }

    private async Task<DataRestoreResult> RestoreAsync(string environment, DataItem item, byte[] content, bool deleteMissing = false)
    {
        await using IDataRestore restore = await Component.RestoreAsync(new DataRestoreRequest(environment, Id) { DeleteMissing = deleteMissing }, Token);
        Assert.Null(await restore.FindAsync(item, earlier: null, Token));
        using var stream = new MemoryStream(content);
        await restore.WriteAsync(item, stream, Token);
        return await restore.CommitAsync(Token);
    }

    private Task<string?> ValueAsync(string key) => _harness.ValueAsync("staging", key);

    private Task<ConfigurationVersion> NewestAsync(string environment) =>
        _harness.Configuration.GetHistoryAsync(environment, Token).FirstAsync(Token).AsTask();
}
