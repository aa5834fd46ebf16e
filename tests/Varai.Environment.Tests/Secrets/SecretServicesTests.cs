using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretServicesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("varai-services-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task AddVaraiSecrets_chain_is_environment_then_files_then_added_ones()
    {
        Directory.CreateDirectory(Path.Combine(_root, "config", "secrets"));
        File.WriteAllText(Path.Combine(_root, "config", "secrets", "b"), "file\n");
        var memory = new InMemorySecretProvider();
        foreach (string name in (string[])["a", "b", "c"])
            memory.Set(name, "memory");
        using IHost host = Build(builder => builder.AddSecretProvider(memory), ("a", "environment"));

        var store = host.Services.GetRequiredService<ISecretStore>();
        Assert.Equal("environment", store.GetSecret("a"));
        Assert.Equal("file", await store.GetSecretAsync("b", Cancellation));
        Assert.Equal("memory", store.GetSecret("c"));
        await store.SetSecretAsync("b", "newer", Cancellation);
        await store.SetSecretAsync("d", "new", Cancellation);
        Assert.Equal("newer", await File.ReadAllTextAsync(Path.Combine(_root, "config", "secrets", "b"), Cancellation));
        Assert.Equal("new", (await memory.GetAsync(new SecretRequest("d"), Cancellation))!.RevealString());
    }

    [Fact]
    public async Task AddVaraiSecrets_without_a_provider_of_the_services_own_new_secrets_are_kept_encrypted()
    {
        using IHost host = Build(_ => { }, ("VARAI_SECRET_KEY", LocalStoreFolder.NewKey()));
        var store = host.Services.GetRequiredService<ISecretStore>();
        await store.SetSecretAsync("d", "new", Cancellation);
        Assert.Equal("local", (await store.FindSecretAsync("d", Cancellation))!.Provider);
        Assert.True(File.Exists(Path.Combine(_root, ".varai", "secrets.enc")));
    }

    [Fact]
    public void AddVaraiSecrets_twice_is_once_and_each_overload_appends()
    {
        using IHost host = Build(builder =>
        {
            builder.Services.AddVaraiSecrets();
            builder.AddSecretProvider<TypedProvider>().AddSecretProvider<TypedProvider>()
                .AddSecretProvider(_ => new InMemorySecretProvider("made")).AddSecretProvider(new InMemorySecretProvider("given"));
        });

        string[] names = [.. host.Services.GetServices<ISecretProvider>().Select(provider => provider.Name).Where(name => name != "run-secrets")];
        Assert.Equal(["environment", "dotenv", "files", "local", "typed", "made", "given"], names);
        Assert.Single(host.Services.GetServices<SecretPrefetch>());
        Assert.NotNull(host.Services.GetRequiredService<ISecretStore>());
    }

    [Fact]
    public async Task Start_misspelt_key_or_bad_value_stops_the_host()
    {
        using IHost misspelt = Build(_ => { }, [], ("Varai:Secrets:CacheTl", "00:01:00"));
        var unknown = await Assert.ThrowsAsync<OptionsValidationException>(() => misspelt.StartAsync(Cancellation));
        Assert.StartsWith("Varai:Secrets: ", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("'CacheTl'", unknown.Message, StringComparison.Ordinal);

        using IHost negative = Build(_ => { }, [], ("Varai:Secrets:CacheTtl", "-00:01:00"));
        var invalid = await Assert.ThrowsAsync<OptionsValidationException>(() => negative.StartAsync(Cancellation));
        Assert.Equal("Varai:Secrets:CacheTtl is '-00:01:00'; it must be from 00:00:01 to 30.00:00:00.", invalid.Message);
    }

    [Fact]
    public async Task Start_prefetch_makes_secrets_warm_and_reports_all_that_are_missing()
    {
        var gate = new TaskCompletionSource();
        var memory = new InMemorySecretProvider { Gate = gate.Task };
        memory.Set("one", "1");
        memory.Set("binary", new SecretValue([0xFF]));
        using IHost host = Build(
            builder => builder.AddSecretProvider(memory), [], ("Varai:Secrets:Prefetch:0", "one"), ("Varai:Secrets:Prefetch:1", "binary"));
        Task starting = host.StartAsync(Cancellation);
        gate.SetResult();
        await starting;
        memory.Failure = () => new InvalidOperationException("not asked again");
        Assert.Equal("1", host.Services.GetRequiredService<ISecretStore>().GetSecret("one"));

        using IHost poor = Build(
            _ => { }, [], ("Varai:Secrets:Prefetch:0", "one"), ("Varai:Secrets:Prefetch:1", "two"), ("Varai:Secrets:Prefetch:2", "here"));
        var error = await Assert.ThrowsAsync<VaraiException>(() => poor.StartAsync(Cancellation));
        Assert.StartsWith("3 of the 3 secrets under Varai:Secrets:Prefetch can't be read:\n  The secret 'one' was not found.", error.Message, StringComparison.Ordinal);
        Assert.Contains("\n  The secret 'two' was not found.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_without_prefetch_makes_no_provider()
    {
        bool made = false;
        using IHost host = Build(builder => builder.AddSecretProvider(_ =>
        {
            made = true;
            return new InMemorySecretProvider();
        }));
        await host.StartAsync(Cancellation);
        Assert.False(made);
    }

    [Fact]
    public void ISecretStore_of_the_users_own_wins()
    {
        var mine = new SecretStoreHarness();
        using IHost host = Build(_ => { }, [], before: services => services.AddSingleton<ISecretStore>(mine.Store));
        Assert.Same(mine.Store, host.Services.GetRequiredService<ISecretStore>());
    }

    private IHost Build(Action<VaraiBuilder> configure, params (string Name, string Value)[] variables) => Build(configure, variables, settings: []);

    private IHost Build(
        Action<VaraiBuilder> configure, (string Name, string Value)[] variables, params (string Key, string Value)[] settings) =>
        Build(configure, variables, _ => { }, settings);

    private IHost Build(
        Action<VaraiBuilder> configure,
        (string Name, string Value)[] variables,
        Action<IServiceCollection> before,
        params (string Key, string Value)[] settings)
    {
        HostApplicationBuilder host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = _root });
        host.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        host.Services.AddSingleton(new ProcessEnvironment(name => variables.FirstOrDefault(v => v.Name == name).Value));
        before(host.Services);
        configure(host.AddVarai());
        return host.Build();
    }

    private sealed class TypedProvider : ISecretProvider
    {
        public string Name => "typed";

        public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken) => default;
    }
}
