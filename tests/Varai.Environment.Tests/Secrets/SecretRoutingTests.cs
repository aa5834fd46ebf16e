using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretRoutingTests
{
    private readonly InMemorySecretProvider _local = new("local");
    private readonly InMemorySecretProvider _vault = new("vault");
    private readonly InMemorySecretProvider _cloud = new("cloud");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetSecretAsync_routed_name_asks_the_routes_providers_only()
    {
        _local.Set("payments/key", "local");
        _cloud.Set("payments/key", "cloud");
        _local.Set("other", "local");
        using var harness = new SecretStoreHarness(o => Route(o, "payments/*", null, "vault", "cloud"), _local, _vault, _cloud);

        Assert.Equal("cloud", await harness.Store.GetSecretAsync("payments/key", Cancellation));
        Assert.Equal((0, 1, 1), (_local.Reads, _vault.Reads, _cloud.Reads));
        Assert.Equal("local", await harness.Store.GetSecretAsync("other", Cancellation));
    }

    [Fact]
    public async Task GetSecretAsync_first_matching_route_wins()
    {
        _vault.Set("payments/eu/key", "vault");
        _cloud.Set("payments/eu/key", "cloud");
        using var harness = new SecretStoreHarness(
            options =>
            {
                Route(options, "payments/eu/*", null, "vault");
                Route(options, "payments/*", null, "cloud");
            },
            _local,
            _vault,
            _cloud);

        Assert.Equal("vault", await harness.Store.GetSecretAsync("payments/eu/key", Cancellation));
        Assert.Equal(0, _cloud.Reads);
    }

    [Fact]
    public async Task GetSecretAsync_missing_names_who_was_asked_and_the_route()
    {
        using var harness = new SecretStoreHarness(o => Route(o, "payments/*", null, "vault"), _local, _vault);

        var error = await Assert.ThrowsAsync<SecretNotFoundException>(async () => await harness.Store.GetSecretAsync("payments/key", Cancellation));
        Assert.Equal(
            "The secret 'payments/key' was not found. Asked in this order: vault (chosen by the route 'payments/*'). "
            + "Create it in one of them or correct the name; names are case-sensitive.",
            error.Message);
        Assert.Equal("payments/*", error.Route);
        Assert.Equal(["vault"], error.Providers);
        error = Assert.Throws<SecretNotFoundException>(() => harness.Store.GetSecret("other"));
        Assert.Null(error.Route);
        Assert.Equal(["local", "vault"], error.Providers);
    }

    [Fact]
    public async Task StripPrefix_provider_knows_the_rest_and_the_secret_has_the_name_that_was_asked_for()
    {
        using var harness = new SecretChainHarness();
        var provider = new ScriptedProvider("vault", harness.Time, (request, _, _) => new(ScriptedProvider.Found(request, "vault")));
        Route(harness.Options, "payments/*", "payments/", "vault");
        SecretChain chain = harness.Build(provider);

        Secret secret = (await chain.ReadAsync(new SecretRequest("payments/key") { Version = "7" }, Cancellation)).Secret!;
        Assert.Equal(("payments/key", "vault", "7", "text"), (secret.Name, secret.Provider, secret.Version, secret.ContentType));
        Assert.Equal(["key"], provider.Asked);
        // What is left is no name: neither empty nor a way out of a folder.
        Assert.Null((await SecretChainHarness.ReadAsync(chain, "payments/")).Secret);
        Assert.Single(provider.Asked);
        await Assert.ThrowsAsync<ArgumentException>(async () => await chain.WriteAsync("payments/", new SecretValue("v"), Cancellation));
    }

    [Fact]
    public async Task StripPrefix_cannot_be_used_to_climb()
    {
        using var harness = new SecretChainHarness();
        var provider = new ScriptedProvider("vault", harness.Time, (request, _, _) => new(ScriptedProvider.Found(request, "vault")));
        Route(harness.Options, "a*", "a", "vault");
        SecretChain chain = harness.Build(provider);

        Assert.Null((await SecretChainHarness.ReadAsync(chain, "a../secret")).Secret);
        Assert.Empty(provider.Asked);
    }

    [Fact]
    public async Task StripPrefix_failure_names_what_was_asked_for()
    {
        _vault.Failure = () => new SecretProviderException("vault", "read", "key", "it is 'down': really.");
        using var harness = new SecretStoreHarness(o => Route(o, "payments/*", "payments/", "vault"), _vault);

        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await harness.Store.GetSecretAsync("payments/key", Cancellation));
        Assert.Equal("The secret provider 'vault' could not read 'payments/key': it is 'down': really.", error.Message);
        Assert.Equal("payments/key", error.SecretName);
    }

    [Fact]
    public async Task StripPrefix_write_and_delete_reach_the_provider_by_its_own_name()
    {
        using var harness = new SecretStoreHarness(o => Route(o, "payments/*", "payments/", "vault"), _local, _vault);

        await harness.Store.SetSecretAsync("payments/key", "new", Cancellation);
        Assert.Equal("new", (await _vault.GetAsync(new SecretRequest("key"), Cancellation))!.RevealString());
        Assert.Equal("new", harness.Store.GetSecret("payments/key"));
        Assert.True(await harness.Store.DeleteSecretAsync("payments/key", Cancellation));
        Assert.Null(await harness.Store.FindSecretAsync("payments/key", Cancellation));
        Assert.Equal(0, _local.Writes);
    }

    [Fact]
    public async Task Providers_order_decides_and_who_is_left_out_is_asked_by_a_route_only()
    {
        foreach (InMemorySecretProvider provider in (InMemorySecretProvider[])[_local, _vault, _cloud])
        {
            provider.Set("key", provider.Name);
            provider.Set("routed", provider.Name);
        }

        using var harness = new SecretStoreHarness(
            options =>
            {
                options.Providers.Add("Vault");
                options.Providers.Add("local");
                Route(options, "routed", null, "cloud");
            },
            _local,
            _vault,
            _cloud);

        Assert.Equal("vault", await harness.Store.GetSecretAsync("key", Cancellation));
        Assert.Equal("cloud", await harness.Store.GetSecretAsync("routed", Cancellation));
        var error = await Assert.ThrowsAsync<SecretNotFoundException>(async () => await harness.Store.GetSecretAsync("missing", Cancellation));
        Assert.Equal(["vault", "local"], error.Providers);
    }

    [Fact]
    public async Task ListSecretsAsync_gives_the_names_that_reads_know()
    {
        using var harness = new SecretChainHarness();
        var local = new ScriptedProvider("local", harness.Time, (_, _, _) => default) { Listed = ["a", "payments/hidden"] };
        var vault = new ScriptedProvider("vault", harness.Time, (_, _, _) => default) { Listed = ["key", "zone"] };
        Route(harness.Options, "payments/*", "payments/", "vault");
        SecretChain chain = harness.Build(local, vault);

        Assert.Equal(["a", "key", "zone", "payments/key", "payments/zone"], await ListAsync(null));
        Assert.Equal(["payments/key", "payments/zone"], await ListAsync("pay"));
        Assert.Equal(["payments/key"], await ListAsync("payments/k"));
        Assert.Equal(["key"], await ListAsync("key"));
        Assert.Equal(["key", "payments/key"], chain.NamesOf("vault", "key").Order(StringComparer.Ordinal));
        // Reads of it never ask this provider.
        Assert.Empty(chain.NamesOf("local", "payments/hidden"));

        async Task<List<string>> ListAsync(string? prefix)
        {
            var names = new List<string>();
            await foreach (SecretInfo info in chain.ListAsync(prefix, Cancellation))
                names.Add(info.Name);
            return names;
        }
    }

    [Fact]
    public async Task ReadManyAsync_few_calls_and_the_same_answers_as_single_reads()
    {
        using var harness = new SecretChainHarness();
        var first = new ScriptedProvider("first", harness.Time, (request, _, _) => new(request.Name == "a" ? ScriptedProvider.Found(request, "first") : null));
        string[] held = [.. Enumerable.Range(0, 30).Select(i => $"key-{i}"), "a"];
        var batch = new ScriptedProvider("batch", harness.Time, (request, _, _) => new(held.Contains(request.Name) ? ScriptedProvider.Found(request, "batch") : null)) { Listed = held };
        Route(harness.Options, "x/*", "x/", "batch");
        SecretChain chain = harness.Build(first, batch);

        IReadOnlyDictionary<string, SecretBatchAnswer> found = await chain.ReadManyAsync([.. held, "missing", "x/key-1", "x/key-2"], Cancellation);

        string[] expected = [.. held, "x/key-1", "x/key-2"];
        Assert.All(expected, name => Assert.Equal(name, found[name].Answer.Secret!.Name));
        Assert.Equal("first", found["a"].Answer.Secret!.Provider);
        Assert.Equal(default, found["missing"]);
        Assert.Equal(expected.Length + 1, found.Count);
        // One batch for each path; the name that the batch left out is asked for by itself.
        Assert.Equal([2, 31], batch.Batches.Order());
        Assert.Equal(["missing"], batch.Asked);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task ReadManyAsync_failure_is_what_a_read_would_meet(bool transient, bool optional)
    {
        using var harness = new SecretChainHarness();
        harness.Options.Resilience.Enabled = false;
        if (optional)
            harness.Options.OptionalProviders.Add("batch");
        // Many at once are refused; each by itself only where the trouble may pass.
        var batch = new ScriptedProvider("batch", harness.Time, (request, call, _) =>
            call == 0 || transient || optional ? throw ScriptedProvider.Error("batch", transient) : new(ScriptedProvider.Found(request, "batch")))
        { Listed = ["a", "b"] };
        var spare = new ScriptedProvider("spare", harness.Time, (request, _, _) => new(request.Name == "a" ? ScriptedProvider.Found(request, "spare") : null));

        IReadOnlyDictionary<string, SecretBatchAnswer> found = await harness.Build(batch, spare).ReadManyAsync(["a", "b"], Cancellation);

        if (transient)
        {
            Assert.All(found.Values, answer => Assert.Equal("batch", answer.Error!.Provider));
            Assert.Empty(batch.Asked);
        }
        else if (optional)
        {
            Assert.Equal(("spare", true), (found["a"].Answer.Secret!.Provider, found["a"].Answer.IsFallback));
            Assert.Equal("batch", found["b"].Error!.Provider);
        }
        else
        {
            Assert.All(found.Values, answer => Assert.Equal("batch", answer.Answer.Secret!.Provider));
        }
    }

    [Fact]
    public void Constructor_unknown_provider_is_refused_everywhere_it_can_be_named_with_a_suggestion()
    {
        var error = Assert.Throws<OptionsValidationException>(() => new SecretStoreHarness(
            options =>
            {
                Route(options, "a*", null, "valt");
                options.Providers.Add("clowd");
                options.Writer = "nobody";
                options.ProviderResilience["vualt"] = new SecretResilienceOptions();
            },
            _vault,
            _cloud));
        Assert.Equal(
            [
                "Varai:Secrets:Providers names 'clowd', but the secret providers are: vault, cloud. Did you mean 'cloud'?",
                "Varai:Secrets:Routes:0:Providers names 'valt', but the secret providers are: vault, cloud. Did you mean 'vault'?",
                "Varai:Secrets:ProviderResilience names 'vualt', but the secret providers are: vault, cloud. Did you mean 'vault'?",
                "Varai:Secrets:Writer names 'nobody', but the secret providers are: vault, cloud.",
            ],
            error.Failures);
    }

    [Fact]
    public async Task Start_route_of_the_configuration_is_bound_and_a_wrong_name_in_it_stops_the_host()
    {
        using IHost host = Build(
            builder => builder.AddSecretProvider(_vault).AddSecretProvider(_cloud)
                .RouteSecrets("cloud/*", "cloud", "cloud/").RouteSecrets("both/*", ["cloud", "vault"]),
            ("Varai:Secrets:Routes:0:Pattern", "payments/*"),
            ("Varai:Secrets:Routes:0:Providers:0", "vault"),
            ("Varai:Secrets:Routes:0:StripPrefix", "payments/"),
            ("Varai:Secrets:Writer", "cloud"),
            ("Varai:Secrets:WriteTimeout", "00:00:05"),
            ("Varai:Secrets:Resilience:MaxRetries", "1"),
            ("Varai:Secrets:Resilience:BreakDuration", "00:00:07"),
            ("Varai:Secrets:ProviderResilience:VAULT:MaxRetries", "2"));
        await host.StartAsync(Cancellation);
        SecretOptions options = host.Services.GetRequiredService<IOptions<SecretOptions>>().Value;
        _vault.Set("key", "vault");
        _cloud.Set("key", "cloud");
        var store = host.Services.GetRequiredService<ISecretStore>();
        Assert.Equal(("vault", "cloud"), (store.GetSecret("payments/key"), store.GetSecret("cloud/key")));
        Assert.Equal(["cloud", "vault"], options.Routes[2].Providers);
        await store.SetSecretAsync("new", "value", Cancellation);
        Assert.Equal(1, _cloud.Writes);
        SecretResilience vault = SecretResilience.For(_vault, options);
        Assert.Equal((true, 2, TimeSpan.FromSeconds(7)), (vault.Enabled, vault.MaxRetries, vault.BreakDuration));
        Assert.Equal(1, SecretResilience.For(_cloud, options).MaxRetries);

        using IHost wrong = Build(
            builder => builder.AddSecretProvider(_vault),
            ("Varai:Secrets:Routes:0:Pattern", "payments/*"),
            ("Varai:Secrets:Routes:0:Providers:0", "valt"));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => wrong.StartAsync(Cancellation));
        Assert.Contains("Did you mean 'vault'?", error.Message, StringComparison.Ordinal);
    }

    private static void Route(SecretOptions options, string pattern, string? stripPrefix, params string[] providers)
    {
        var route = new SecretRoute { Pattern = pattern, StripPrefix = stripPrefix };
        foreach (string provider in providers)
            route.Providers.Add(provider);
        options.Routes.Add(route);
    }

    private static IHost Build(Action<VaraiBuilder> configure, params (string Key, string Value)[] settings)
    {
        HostApplicationBuilder host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = Path.GetTempPath() });
        host.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        configure(host.AddVarai());
        return host.Build();
    }
}
