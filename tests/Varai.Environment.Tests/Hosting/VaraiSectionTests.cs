using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Varai.Tests.Hosting;

/// <summary>A mistake in the <c>Varai</c> section stops the host, and the message names the key, the value and the rule.</summary>
public sealed class VaraiSectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    // Keys that nobody reads.
    [InlineData("Varai:Secretz:Directory", "x", "Varai:Secretz is not known", "Did you mean 'Secrets'?")]
    [InlineData("Varai:Enviroment", "staging", "Varai:Enviroment is not known", "Did you mean 'Environment'?")]
    [InlineData("Varai:Configuraton:Watch", "true", "Varai:Configuraton is not known", "Did you mean 'Configuration'?")]
    [InlineData("Varai:Statee", "x", "Varai:Statee is not known", "Did you mean 'State'?")]
    [InlineData("Varai:Completely:Else", "x", "Varai:Completely is not known", "the keys of Varai are Configuration, Environment, FeatureFlags, Secrets, State")]
    [InlineData("Varai:Secrets:CacheTll", "00:01:00", "Varai:Secrets", "'CacheTll'")]
    [InlineData("Varai:State:BussyTimeout", "00:00:01", "Varai:State", "'BussyTimeout'")]
    [InlineData("Varai:Configuration:Wach", "true", "Varai:Configuration", "'Wach'")]
    [InlineData("Varai:DataMigraton:JournalBatch", "5", "Varai:DataMigraton is not known", "the keys of Varai are")]
    // Values out of range.
    [InlineData("Varai:Secrets:CacheTtl", "-00:01:00", "Varai:Secrets:CacheTtl is '-00:01:00'", "from 00:00:01 to 30.00:00:00")]
    [InlineData("Varai:Secrets:MaxEntries", "0", "Varai:Secrets:MaxEntries is '0'", "from 1 to 1000000")]
    [InlineData("Varai:Secrets:Prefix", "SHOP-", "Varai:Secrets:Prefix is 'SHOP-'", "letters, digits and underscores")]
    [InlineData("Varai:Secrets:Prefetch:0", "a b", "Varai:Secrets:Prefetch:0 is 'a b'", "the name of a secret")]
    [InlineData("Varai:State:BusyTimeout", "-00:01:00", "Varai:State:BusyTimeout is '-00:01:00'", "must be from 00:00:00 to 00:10:00")]
    [InlineData("Varai:State:PollInterval", "00:00:00", "Varai:State:PollInterval is '00:00:00'", "must be from 00:00:00.0100000 to 01:00:00")]
    [InlineData("Varai:Configuration:PollInterval", "-00:01:00", "Varai:Configuration:PollInterval is '-00:01:00'", "between 00:00:00.010 and 01:00:00")]
    [InlineData("Varai:Configuration:MaxDepth", "0", "Varai:Configuration:MaxDepth is '0'", "between 1 and 256")]
    [InlineData("Varai:Configuration:Directory", " ", "Varai:Configuration:Directory is ' '", "the path of a folder")]
    [InlineData("Varai:Environment", "not/a name", "'not/a name' (the option Varai:Environment)", "it is the name of a file")]
    // Values of the wrong type.
    [InlineData("Varai:Secrets:CacheTtl", "soon", "'soon'", "Varai:Secrets:CacheTtl", "System.TimeSpan")]
    [InlineData("Varai:Secrets:MaxEntries", "many", "'many'", "Varai:Secrets:MaxEntries", "System.Int32")]
    [InlineData("Varai:State:BusyTimeout", "soon", "'soon'", "Varai:State:BusyTimeout", "System.TimeSpan")]
    [InlineData("Varai:State:MaxDocumentBytes", "1 MB", "'1 MB'", "Varai:State:MaxDocumentBytes", "System.Int32")]
    [InlineData("Varai:Configuration:QuietPeriod", "soon", "'soon'", "Varai:Configuration:QuietPeriod", "System.TimeSpan")]
    [InlineData("Varai:Configuration:Watch", "ja", "'ja'", "Varai:Configuration:Watch", "System.Boolean")]
    // A value where a section belongs, and a section where a value belongs.
    [InlineData("Varai", "production", "Varai has a value of its own", "must be a section")]
    [InlineData("Varai:Secrets", "vault", "Varai:Secrets has a value of its own", "must be a section")]
    [InlineData("Varai:State", "memory", "Varai:State has a value of its own", "must be a section")]
    [InlineData("Varai:Configuration", "config", "Varai:Configuration has a value of its own", "must be a section")]
    [InlineData("Varai:Environment:Name", "staging", "Varai:Environment has keys below it", "it must be a name")]
    public async Task Start_AMistakeInTheSection_IsRefused(string key, string value, params string[] parts)
    {
        Exception? error = await StartAsync(key, value);

        Assert.NotNull(error);
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Varai:Secrets:CacheTtl", "00:01:00")]
    [InlineData("varai:SECRETS:cachettl", "00:01:00")]
    [InlineData("Varai:Configuration:MergeArraysBy:orders:shipping_zones", "name")]
    [InlineData("Varai:Environment", "Staging")]
    [InlineData("Varai:Environment", "")]
    [InlineData("Varai:State:BusyTimeout", "00:00:00")]
    public async Task Start_AGoodSection_IsTaken(string key, string value) => Assert.Null(await StartAsync(key, value));

    [Fact]
    public async Task Start_SeveralUnknownKeys_NamesThemAll()
    {
        await using VaraiHost host = new VaraiHost().Set(("Varai:Scaling:Max", "3"), ("Varai:Monitorng:Window", "1"));
        host.Builder.AddVarai();

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.App.StartAsync(Token));

        Assert.Equal(2, error.Failures.Count());
    }

    [Fact]
    public async Task Start_ASectionThatAPackageRegistered_IsItsOwnBusiness()
    {
        await using VaraiHost host = new VaraiHost().Set(("Varai:Vault:Address", "https://vault"));
        host.Builder.AddVarai();
        host.Builder.Services.AddSingleton(new VaraiSection("Vault"));

        await host.App.StartAsync(Token);
        await host.App.StopAsync(Token);
    }

    [Fact]
    public async Task Start_BadOptionsInCode_AreRefusedToo()
    {
        await using var state = new VaraiHost();
        state.Builder.AddVarai().ConfigureState(o => o.BusyTimeout = TimeSpan.FromMinutes(-1));
        await using var secrets = new VaraiHost();
        secrets.Builder.AddVarai().ConfigureSecrets(o => o.CacheTtl = TimeSpan.FromMinutes(-1));
        await using var configuration = new VaraiHost();

        await Assert.ThrowsAsync<OptionsValidationException>(() => state.App.StartAsync(Token));
        await Assert.ThrowsAsync<OptionsValidationException>(() => secrets.App.StartAsync(Token));
        Assert.Throws<OptionsValidationException>(() => configuration.Builder.AddVarai(o => o.Configuration.PollInterval = TimeSpan.FromMinutes(-1)));
    }

    private static async Task<Exception?> StartAsync(string key, string value)
    {
        await using VaraiHost host = new VaraiHost().Set((key, value));
        return await Record.ExceptionAsync(async () =>
        {
            host.Builder.AddVarai();
            await host.App.StartAsync(Token);
            await host.App.StopAsync(Token);
        });
    }
}
