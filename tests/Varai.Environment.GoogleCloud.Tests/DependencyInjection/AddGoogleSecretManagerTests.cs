using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai.GoogleCloud.Secrets;
using Varai.GoogleCloud.Tests.Server;
using Varai.Secrets;

namespace Varai.GoogleCloud.Tests.DependencyInjection;

public sealed class AddGoogleSecretManagerTests : IAsyncLifetime
{
    private GoogleServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await GoogleServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Add_ByCode_ServesTheStore()
    {
        _server.Plant("db-password", "from Google");
        using IHost host = Build(builder => builder.AddGoogleSecretManager(Reach));
        await host.StartAsync(Token);
        ISecretStore store = host.Services.GetRequiredService<ISecretStore>();

        Secret secret = (await store.FindSecretAsync("db-password", Token))!;

        Assert.Equal(("from Google", "google-secret-manager", "1"), (secret.RevealString(), secret.Provider, secret.Version));
        Assert.Null(await store.FindSecretAsync("Db:Password", Token));
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task Add_ByConfiguration_ServesTheStore()
    {
        _server.Plant("app_db__3Apassword", "from Google");
        GoogleSecretManagerOptions options = _server.Options();
        using IHost host = Build(
            builder => builder.AddGoogleSecretManager(),
            ("Varai:GoogleSecretManager:ProjectId", options.ProjectId!),
            ("Varai:GoogleSecretManager:Endpoint", options.Endpoint!),
            ("Varai:GoogleSecretManager:CredentialsFile", options.CredentialsFile!),
            ("Varai:GoogleSecretManager:NamePrefix", "app_"),
            ("Varai:GoogleSecretManager:EscapeNames", "true"),
            ("Varai:GoogleSecretManager:Labels:team", "billing"),
            ("Varai:GoogleSecretManager:ReplicationLocations:0", "europe-west3"));
        await host.StartAsync(Token);

        Assert.Equal("from Google", await host.Services.GetRequiredService<ISecretStore>().GetSecretAsync("db:password", Token));
        var provider = host.Services.GetServices<ISecretProvider>().OfType<GoogleSecretManagerProvider>().Single();
        await provider.SetAsync("new", new SecretValue("v"), Token);
        GoogleSecretMetadata metadata = (await host.Services.GetRequiredService<GoogleSecretManagerClient>().GetSecretAsync("app_new", Token))!;
        Assert.Equal("billing", metadata.Labels["team"]);
        Assert.Equal(["europe-west3"], metadata.ReplicationLocations);
    }

    [Fact]
    public void Add_Twice_IsOneProviderWithBothSettings()
    {
        using IHost host = Build(builder => builder
            .AddGoogleSecretManager(options => options.ProjectId = "one")
            .AddGoogleSecretManager(options => options.NamePrefix = "app_"));

        Assert.Single(host.Services.GetServices<ISecretProvider>().OfType<GoogleSecretManagerProvider>());
        GoogleSecretManagerOptions options = host.Services.GetRequiredService<IOptions<GoogleSecretManagerOptions>>().Value;
        Assert.Equal(("one", "app_"), (options.ProjectId, options.NamePrefix));
    }

    [Fact]
    public async Task Add_WithNames_AreProvidersOfTheirOwn()
    {
        _server.Plant("blue-key", "blue");
        _server.Plant("green-key", "green");
        using IHost host = Build(
            builder => builder
                .AddGoogleSecretManager("blue", Reach).AddGoogleSecretManager("blue", options => options.NamePrefix = "blue-")
                .AddGoogleSecretManager("green", Reach),
            ("Varai:green:NamePrefix", "green-"));
        await host.StartAsync(Token);

        Assert.Equal(["blue", "green"], host.Services.GetServices<ISecretProvider>().OfType<GoogleSecretManagerProvider>().Select(p => p.Name));
        Secret secret = (await host.Services.GetRequiredService<ISecretStore>().FindSecretAsync("key", Token))!;
        Assert.Equal(("blue", "blue"), (secret.RevealString(), secret.Provider));
        var green = host.Services.GetServices<ISecretProvider>().OfType<GoogleSecretManagerProvider>().Last();
        Assert.Equal("green", (await green.GetAsync(new SecretRequest("key"), Token))!.RevealString());
        Assert.NotNull(await host.Services.GetRequiredKeyedService<GoogleSecretManagerClient>("green").GetSecretAsync("green-key", Token));
        Assert.Null(host.Services.GetService<GoogleSecretManagerClient>());
    }

    [Theory]
    [InlineData("Varai:GoogleSecretManager:Projct", "p", "Varai:GoogleSecretManager: 'ErrorOnUnknownConfiguration'*'Projct'*")]
    [InlineData("Varai:GoogleSecretManagr:ProjectId", "p", "Varai:GoogleSecretManagr is not known*Did you mean 'GoogleSecretManager'?*")]
    [InlineData("Varai:GoogleSecretManager:ProjectId", "My Project", "Varai:GoogleSecretManager:ProjectId is 'My Project'; it must be the id or the number of a project.")]
    [InlineData("Varai:GoogleSecretManager:Endpoint", "http://example.com", "Varai:GoogleSecretManager:Endpoint is 'http://example.com'; it must be an absolute https address without path and query; http is allowed for this machine only.")]
    public async Task Start_WrongConfiguration_StopsTheHost(string key, string value, string expected)
    {
        using IHost host = Build(builder => builder.AddGoogleSecretManager(), (key, value));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));

        Assert.Matches("^" + System.Text.RegularExpressions.Regex.Escape(expected).Replace(@"\*", ".*", StringComparison.Ordinal) + "$", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a:b")]
    [InlineData("google-secret-manager")]
    public void Add_NameThatIsNone_IsRefused(string name) =>
        Assert.Throws<ArgumentException>(() => new VaraiBuilder(new ServiceCollection()).AddGoogleSecretManager(name));

    private IHost Build(Action<VaraiBuilder> configure, params (string Key, string Value)[] settings)
    {
        HostApplicationBuilder host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = _server.Folder.Root });
        host.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        configure(host.AddVarai());
        return host.Build();
    }

    private void Reach(GoogleSecretManagerOptions options)
    {
        GoogleSecretManagerOptions server = _server.Options();
        options.ProjectId = server.ProjectId;
        options.Endpoint = server.Endpoint;
        options.CredentialsFile = server.CredentialsFile;
    }
}
