using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai.Secrets;
using Varai.Secrets.LocalStore;
using Varai.Tests.TestResources;

namespace Varai.Tests.Secrets;

/// <summary>The local store and the dotenv file in a host.</summary>
public sealed class LocalStoreServicesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _variables = new() { ["VARAI_SECRET_KEY"] = LocalStoreFolder.NewKey() };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SetSecretAsync_without_any_setting_writes_into_the_encrypted_store()
    {
        using (IHost host = Build())
        {
            await host.StartAsync(Token);
            var store = host.Services.GetRequiredService<ISecretStore>();
            await store.SetSecretAsync("db/password", "one", Token);
            await store.SetSecretAsync("db/password", "two", Token);
        }

        Assert.True(File.Exists(_folder.File(".varai/secrets.enc")));
        Assert.False(Directory.Exists(_folder.File("config")));
        using IHost next = Build();
        var reopened = next.Services.GetRequiredService<ISecretStore>();
        Assert.Equal(("two", "one"), (reopened.GetSecret("db/password"), reopened.GetSecret("db/password@1")));
    }

    [Fact]
    public async Task Start_and_reads_make_nothing_on_disk()
    {
        using IHost host = Build();
        await host.StartAsync(Token);
        Assert.Null(host.Services.GetRequiredService<ISecretStore>().FindSecret("missing"));
        await host.StopAsync(Token);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public async Task Settings_choose_file_key_file_and_versions()
    {
        _variables.Clear();
        (string Key, string? Value)[] settings =
        [
            ("Varai:Secrets:LocalStore:Path", "data/store.enc"), ("Varai:Secrets:LocalStore:KeyFile", "keys/my.key"), ("Varai:Secrets:LocalStore:MaxVersions", "1"),
        ];
        using IHost host = Build(settings);
        var store = host.Services.GetRequiredService<ISecretStore>();
        string? first = await store.SetSecretAsync("name", "one", Token);
        await store.SetSecretAsync("name", "two", Token);

        Assert.True(File.Exists(_folder.File("data/store.enc")));
        Assert.Single(await File.ReadAllLinesAsync(_folder.File("keys/my.key"), Token));
        Assert.Null(store.FindSecret($"name@{first}"));

        await host.Services.GetRequiredService<ILocalSecretKeys>().RotateAsync(Token);
        Assert.Equal(2, (await File.ReadAllLinesAsync(_folder.File("keys/my.key"), Token)).Length);
        using IHost next = Build(settings);
        Assert.Equal("two", next.Services.GetRequiredService<ISecretStore>().GetSecret("name"));
    }

    [Fact]
    public async Task Default_path_follows_the_state_folder()
    {
        using IHost host = Build(("Varai:State:Directory", "state"));
        await host.Services.GetRequiredService<ISecretStore>().SetSecretAsync("name", "value", Token);
        Assert.True(File.Exists(_folder.File("state/secrets.enc")));
    }

    [Theory]
    [InlineData("LocalStore:MaxVersions", "0", "it must be from 1 to 1000.")]
    [InlineData("LocalStore:Path", "folder/", "it must be a file, absolute or relative to the content root.")]
    [InlineData("LocalStore:KeyFile", "folder/", "it must be a file, absolute or relative to the content root.")]
    [InlineData("DotEnvFile", "", "it must be a file, absolute or relative to the content root.")]
    public async Task Start_bad_value_stops_the_host(string key, string value, string rule)
    {
        using IHost host = Build(($"Varai:Secrets:{key}", value));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));
        Assert.Equal($"Varai:Secrets:{key} is '{value}'; {rule}", error.Message);
    }

    [Fact]
    public async Task Start_misspelt_key_stops_the_host()
    {
        using IHost host = Build(("Varai:Secrets:LocalStore:Pfad", "x"));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));
        Assert.Contains("'Pfad'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Development", null, "file")]
    [InlineData("Development", "false", null)]
    [InlineData("Production", null, null)]
    [InlineData("Production", "true", "file")]
    public void DotEnv_is_read_in_development_or_when_told(string environment, string? setting, string? expected)
    {
        _folder.Write(".env", "API_KEY=file\nBOTH=file\n");
        _variables["BOTH"] = "variable";
        using IHost host = Build(environment, [("Varai:Secrets:DotEnv", setting)]);
        var store = host.Services.GetRequiredService<ISecretStore>();
        Assert.Equal((expected, "variable"), (store.FindSecret("api-key")?.RevealString(), store.GetSecret("BOTH")));
        var error = Assert.Throws<SecretNotFoundException>(() => store.GetSecret("missing"));
        Assert.Equal(expected is not null, error.Message.Contains("dotenv", StringComparison.Ordinal));
    }

    [Fact]
    public void DotEnvFile_names_another_file()
    {
        _folder.Write("deploy/local.env", "API_KEY=one");
        using IHost host = Build("Development", [("Varai:Secrets:DotEnvFile", "deploy/local.env")]);
        Assert.Equal("one", host.Services.GetRequiredService<ISecretStore>().GetSecret("API_KEY"));
    }

    [Fact]
    public async Task UseSecretKeyProvider_keeps_the_key()
    {
        var provider = new CountingKeyProvider();
        using (IHost host = Build("Production", [], builder => builder.UseSecretKeyProvider<OtherKeyProvider>().UseSecretKeyProvider(provider)))
            await host.Services.GetRequiredService<ISecretStore>().SetSecretAsync("name", "value", Token);
        using IHost next = Build("Production", [], builder => builder.UseSecretKeyProvider(provider));
        Assert.Equal("value", await next.Services.GetRequiredService<ISecretStore>().GetSecretAsync("name", Token));
        Assert.Equal((1, 1), (provider.Wraps, provider.Unwraps));
    }

    private IHost Build(params (string Key, string? Value)[] settings) => Build("Production", settings);

    private IHost Build(string environment, (string Key, string? Value)[] settings, Action<VaraiBuilder>? configure = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = _folder.Root, EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(settings.Where(s => s.Value is not null).Select(s => KeyValuePair.Create(s.Key, s.Value)));
        builder.Services.AddSingleton(new ProcessEnvironment(_variables.GetValueOrDefault));
        VaraiBuilder varai = builder.AddVarai();
        configure?.Invoke(varai);
        return builder.Build();
    }

    private sealed class CountingKeyProvider : ISecretKeyProvider
    {
        public string KeyId => "counting";

        public int Wraps { get; private set; }

        public int Unwraps { get; private set; }

        public ValueTask<ReadOnlyMemory<byte>> WrapKeyAsync(ReadOnlyMemory<byte> dataKey, CancellationToken cancellationToken)
        {
            Wraps++;
            return new ValueTask<ReadOnlyMemory<byte>>(dataKey.ToArray());
        }

        public ValueTask<SecretValue> UnwrapKeyAsync(string keyId, ReadOnlyMemory<byte> wrappedKey, CancellationToken cancellationToken)
        {
            Unwraps++;
            return new ValueTask<SecretValue>(new SecretValue(wrappedKey.Span));
        }
    }

    private sealed class OtherKeyProvider : ISecretKeyProvider
    {
        public string KeyId => throw new InvalidOperationException("the last one counts");

        public ValueTask<ReadOnlyMemory<byte>> WrapKeyAsync(ReadOnlyMemory<byte> dataKey, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("the last one counts");

        public ValueTask<SecretValue> UnwrapKeyAsync(string keyId, ReadOnlyMemory<byte> wrappedKey, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("the last one counts");
    }
}
