using Microsoft.Extensions.Options;
using Varai.Configuration;

namespace Varai.Tests.Configuration.BadInput;

/// <summary>A key that nobody reads and a value that nobody can read, in each part of the section <c>Varai</c>.</summary>
public sealed class VaraiSectionTests : IAsyncDisposable
{
    private readonly ConfigurationHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("Secretz:CacheTtl=00:01:00", "Varai:Secretz is not known; the keys of Varai are ", "Did you mean 'Secrets'?")]
    [InlineData("Enviroment=production", "Varai:Enviroment is not known; the keys of Varai are ", "Did you mean 'Environment'?")]
    [InlineData("Configuration:Wacth=true", "Varai:Configuration", "'Wacth'")]
    [InlineData("Configuration:Watch=maybe", "Varai:Configuration", "'Varai:Configuration:Watch'")]
    [InlineData("Configuration:QuietPeriod=soon", "Varai:Configuration", "'Varai:Configuration:QuietPeriod'")]
    [InlineData("Configuration:QuietPeriod=0", "Varai:Configuration:QuietPeriod is '00:00:00'; it must be between 00:00:00.001 and 00:00:30.", "")]
    [InlineData("Configuration:PollInterval=00:00:00.001", "Varai:Configuration:PollInterval is '00:00:00.0010000'; it must be between 00:00:00.010 and 01:00:00.", "")]
    [InlineData("Configuration:MaxFileBytes=0", "Varai:Configuration:MaxFileBytes is '0'; it must be between 1 and 1073741824.", "")]
    [InlineData("Configuration:MaxDepth=257", "Varai:Configuration:MaxDepth is '257'; it must be between 1 and 256.", "")]
    [InlineData("Configuration:MaxNodes=0", "Varai:Configuration:MaxNodes is '0'; it must be at least 1.", "")]
    [InlineData("Configuration:Directory= ", "Varai:Configuration:Directory is ' '; it must be the path of a folder.", "")]
    [InlineData("Configuration:FileAuthor= ", "Varai:Configuration:FileAuthor is ' '; it must be a name.", "")]
    [InlineData("Configuration:MergeArraysBy:a=", "Varai:Configuration:MergeArraysBy:a is ''; it must be the name of the member that identifies an item.", "")]
    [InlineData("Secrets:CacheTll=00:01:00", "", "'CacheTll'")]
    [InlineData("Secrets:CacheTtl=00:00:00", "Varai:Secrets:CacheTtl", "")]
    [InlineData("State:Directry=x", "", "'Directry'")]
    [InlineData("State:Directory= ", "Varai:State:Directory", "")]
    public async Task Start_BadKeyOrValue_StopsTheHostAndNamesIt(string argument, string start, string part)
    {
        _host.Arguments = ["--Varai:" + argument];
        _host.Write("production.json", "{}");

        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => _host.StartAsync());

        Assert.True(error is OptionsValidationException or InvalidOperationException or ConfigurationException, error.ToString());
        Assert.StartsWith(start, error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddVarai_BadEnvironment_IsRefused()
    {
        _host.Arguments = ["--Varai:Environment=a/b"];

        Assert.StartsWith(
            "'a/b' (the option Varai:Environment) can't be an environment's name",
            Assert.Throws<ConfigurationException>(() => _host.CreateBuilder()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SeveralUnknownKeys_AreAllNamed()
    {
        _host.Arguments = ["--Varai:Aaa=1", "--Varai:Bbb:C=2"];

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => _host.StartAsync());

        Assert.Equal(2, error.Failures.Count());
    }

    [Fact]
    public async Task Start_GoodSection_IsUsed()
    {
        _host.Arguments =
        [
            "--Varai:Configuration:Directory=conf", "--Varai:Configuration:MergeArraysBy:shop:zones=name",
            "--Varai:Configuration:AllowMissingEnvironmentFile=true", "--Varai:Secrets:CacheTtl=00:01:00",
        ];
        _host.WriteRoot("conf/base.json", """{ "shop": { "zones": [{ "name": "a" }] } }""");
        _host.WriteRoot("conf/production.local.json", """{ "shop": { "zones": [{ "name": "b" }] } }""");
        _host.WriteRoot("conf/staging.json", "{}");
        await _host.StartAsync();

        Assert.Equal("b", _host.Root["shop:zones:1:name"]);
    }
}
