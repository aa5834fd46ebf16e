using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Primitives;
using Varai.FeatureFlags;
using Varai.Testing;
using Varai.Testing.FeatureFlags;

namespace Contoso.Extensions;

public sealed class OwnFlagStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("contoso-flags-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder.FullName, "flags.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task JsonFlagFile_OfThirtyLines_PassesTheContract()
    {
        using var store = new JsonFlagFile(Path);
        await new FeatureFlagStoreContract(
            store, (flags, token) => store.SaveAsync(new FeatureFlagSet(flags, segments: null, Guid.NewGuid().ToString()), token)).RunAsync(Token);
    }

    [Fact]
    public async Task JsonFlagFile_WithoutCompareAndSwap_IsFoundOut()
    {
        using var store = new JsonFlagFile(Path);
        var careless = new Careless(store);
        var error = await Assert.ThrowsAsync<ContractException>(() => new FeatureFlagStoreContract(
            careless, (flags, token) => store.SaveAsync(new FeatureFlagSet(flags, segments: null, Guid.NewGuid().ToString()), token)).RunAsync(Token));
        Assert.Contains("did not throw FeatureFlagConflictException", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FlagSheet_ThatOnlyReads_PassesTheContract()
    {
        var sheet = new FlagSheet();
        await new FeatureFlagStoreContract(sheet, (flags, _) =>
        {
            sheet.Text = string.Join('\n', flags.Select(f => (f.Enabled ? "" : "-") + f.Name));
            return Task.CompletedTask;
        }).RunAsync(Token);
    }

    [Fact]
    public async Task Editor_OverAStoreOfOnesOwn_ChangesItsFile()
    {
        await using var contoso = new ContosoHost();
        contoso.Builder.AddVarai().UseFeatureFlagStore(_ => new JsonFlagFile(Path));
        await contoso.Host.StartAsync(Token);

        await contoso.Host.Services.GetRequiredService<IFeatureFlagEditor>().ApplyAsync(
            new FeatureFlagEdit("maria", "opening").Set("gift_cards", "true"), Token);

        Assert.True(contoso.Varai.IsFeatureEnabled("gift_cards"));
        Assert.Contains("\"gift_cards\":true", await File.ReadAllTextAsync(Path, Token), StringComparison.Ordinal);
        await contoso.Host.StopAsync(Token);
    }

    private sealed class Careless(JsonFlagFile inner) : IFeatureFlagStore
    {
        public ValueTask<FeatureFlagSet> LoadAsync(CancellationToken cancellationToken) => inner.LoadAsync(cancellationToken);

        public IChangeToken GetChangeToken() => inner.GetChangeToken();

        public Task<FeatureFlagSet> WriteAsync(FeatureFlagWrite write, CancellationToken cancellationToken) =>
            inner.WriteAsync(write with { ExpectedVersion = null }, cancellationToken);
    }
}
