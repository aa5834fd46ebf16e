using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.Secrets;
using Varai.State;
using Varai.Testing.FeatureFlags;
using Varai.Testing.Secrets;
using Varai.Testing.State;

namespace Contoso.Extensions;

/// <summary>Everything a stranger may plug in, put in with public API only.</summary>
public sealed class ExtensionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Clauses => [.. StateStoreContract.Clauses];

    [Theory]
    [MemberData(nameof(Clauses))]
    public Task DictionaryStateStore_EveryClause_IsKept(string clause) =>
        new StateStoreContract((clock, _) => Task.FromResult<IStateStore>(new DictionaryStateStore(clock))).RunAsync(clause, Token);

    [Fact]
    public async Task TeamVault_TheContract_IsKept()
    {
        var vault = new TeamVault();
        await new SecretProviderContract(vault, async (name, value, token) => await vault.SetAsync(name, value, token)).RunAsync(Token);
    }

    [Fact]
    public async Task FlagSheet_TheContract_IsKept()
    {
        var sheet = new FlagSheet();
        await new FeatureFlagStoreContract(sheet, (flags, _) =>
        {
            sheet.Text = string.Join('\n', flags.Select(f => f.Enabled ? f.Name : $"-{f.Name}"));
            return Task.CompletedTask;
        }).RunAsync(Token);
    }

    [Fact]
    public async Task UseStateStore_OnesOwn_KeepsTheHistoryAndNothingIsWrittenToDisk()
    {
        await using ContosoHost contoso = new ContosoHost().Write("production.json", """{ "orders": { "minimum": 5 } }""");
        contoso.Builder.AddVarai().UseStateStore<DictionaryStateStore>();
        await contoso.Host.StartAsync(Token);

        ConfigurationVersion version = await contoso.Varai.Configuration.UpdateAsync(
            new ConfigurationUpdate("ann", "cheaper") { EnvironmentName = "production" }.Set("orders:minimum", 4), Token);

        Assert.Equal((2, "ann"), (version.Number, version.Author));
        Assert.True((await contoso.Varai.Configuration.VerifyHistoryAsync(cancellationToken: Token)).IsIntact);
        Assert.True(await contoso.Host.Services.GetRequiredService<IStateStore>().GetRevisionAsync(Token) > 0);
        Assert.False(contoso.HasState);
        await contoso.Host.StopAsync(Token);
    }

    [Fact]
    public async Task AddSecretProvider_OnesOwn_ServesValuesAndReferences()
    {
        await using ContosoHost contoso = new ContosoHost().Write("production.json", """{ "db": { "password": "${secret:contoso/db}" } }""");
        var vault = new TeamVault();
        await vault.SetAsync("contoso/db", new SecretValue("hunter2"), Token);
        contoso.Builder.AddVarai().UseStateStore<DictionaryStateStore>().AddSecretProvider(vault);
        await contoso.Host.StartAsync(Token);

        Assert.Equal("hunter2", await contoso.Varai.GetSecretAsync("contoso/db", Token));
        Assert.Equal("hunter2", contoso.Builder.Configuration["db:password"]);
        await contoso.Host.StopAsync(Token);
    }

    [Fact]
    public async Task UseFeatureFlagStore_OnesOwn_DecidesAndItsChangesAreSeenAtOnce()
    {
        await using var contoso = new ContosoHost();
        var sheet = new FlagSheet { Text = "gift_cards\n-new_checkout" };
        contoso.Builder.AddVarai().UseFeatureFlagStore(_ => sheet);
        await contoso.Host.StartAsync(Token);

        Assert.True(contoso.Varai.IsFeatureEnabled("gift_cards"));
        Assert.False(contoso.Varai.IsFeatureEnabled("new_checkout"));
        sheet.Text = "new_checkout";
        Assert.True(contoso.Varai.IsFeatureEnabled("new_checkout"));
        await contoso.Host.StopAsync(Token);
    }

    [Fact]
    public async Task AddConfigurationRule_ABrokenOne_StopsTheHostAndNamesTheLine()
    {
        await using ContosoHost contoso = new ContosoHost().Write("production.json", """
            { "orders": {
                "minimum": 20,
                "free_from": 10 } }
            """);
        contoso.Builder.AddVarai().UseStateStore<DictionaryStateStore>().AddConfigurationRule<ShippingRule>();

        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(() => contoso.Host.StartAsync(Token));

        ConfigurationError found = Assert.Single(error.Errors);
        Assert.Equal(("config/environments/production.json", 3, "orders:free_from"), (found.Origin.File, found.Origin.Line, found.Key));
        Assert.Equal("rule:contoso-shipping", found.Check);
    }

    [Fact]
    public async Task VaraiSection_OfAVendorsPackage_IsReadAndAccepted()
    {
        await using var contoso = new ContosoHost();
        contoso.Builder.Configuration.AddInMemoryCollection([new("Varai:Contoso:Region", "west")]);
        contoso.Builder.AddVarai();
        contoso.Builder.Services.AddOptions<ContosoOptions>().BindConfiguration("Varai:Contoso").Validate(o => o.Region != "moon", "no moon");
        contoso.Builder.Services.AddSingleton(VaraiSection.For<ContosoOptions>("Contoso"));

        await contoso.Host.StartAsync(Token);
        await contoso.Host.StopAsync(Token);
    }

    [Fact]
    public async Task VaraiSection_WithABadValue_StopsTheHost()
    {
        await using var contoso = new ContosoHost();
        contoso.Builder.Configuration.AddInMemoryCollection([new("Varai:Contoso:Region", "moon")]);
        contoso.Builder.AddVarai();
        contoso.Builder.Services.AddOptions<ContosoOptions>().BindConfiguration("Varai:Contoso").Validate(o => o.Region != "moon", "no moon");
        contoso.Builder.Services.AddSingleton(VaraiSection.For<ContosoOptions>("Contoso"));

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => contoso.Host.StartAsync(Token));

        Assert.Contains("no moon", error.Message, StringComparison.Ordinal);
    }
}
