using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Varai.Configuration;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Configuration.Validation;

/// <summary><c>${secret:name}</c> in a value: resolved when read, never shown.</summary>
public sealed class SecretReferenceTests : IAsyncDisposable
{
    private const string Canary = "s3cr3t-canary-71d2";

    private readonly ConfigurationHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("${secret:one}", "1st")]
    [InlineData("a ${secret:one} b ${secret:two} c ${secret:one}", "a 1st b 2nd c 1st")]
    [InlineData("$${secret:one}", "${secret:one}")]
    [InlineData("$$${secret:one}", "$${secret:one}")]
    [InlineData("$${secret:one} ${secret:two}", "${secret:one} 2nd")]
    [InlineData("${one} $secret {secret:one}", "${one} $secret {secret:one}")]
    public async Task Read_TextWithReferences_IsResolvedForEveryReader(string text, string expected)
    {
        _host.Secrets.Set("one", "1st");
        _host.Secrets.Set("two", "2nd");
        _host.Write("production.json", $$"""{ "db": { "text": "{{text}}" } }""");
        await _host.StartAsync(varai => varai.AddComponent<DbConfig>("db"));

        Assert.Equal(expected, _host.Root["db:text"]);
        Assert.Equal(expected, _host.Root.GetSection("DB").GetValue<string>("TEXT"));
        Assert.Equal(expected, _host.Configuration.Get<DbConfig>("db").Text);
        Assert.Equal(expected, _host.Services.GetRequiredService<IOptions<DbConfig>>().Value.Text);
        Assert.Equal(text, _host.Configuration.Current.Root.FindKey("db:text")!.Text);
    }

    [Fact]
    public async Task Read_BeforeTheHostIsBuilt_SaysSoForReferencesAlone()
    {
        _host.Secrets.Set("one", Canary);
        _host.Write("production.yaml", "db:\n  text: ${secret:one}\n  escaped: $${secret:one}\n  plain: x\n");
        HostApplicationBuilder builder = _host.CreateBuilder();

        Assert.Equal("x", builder.Configuration["db:plain"]);
        Assert.Equal("${secret:one}", builder.Configuration["db:escaped"]);
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => builder.Configuration["db:text"]);
        Assert.Equal(
            "The value of 'db:text' can't be read:\n  config/environments/production.yaml:2:9: db:text: The value refers to a secret, "
            + "and secrets can be read only once the host is built, and not by what the secret providers are made of. Read it from a service.",
            error.Message);

        using IHost host = builder.Build();
        Assert.Equal(Canary, builder.Configuration["db:text"]);
    }

    [Fact]
    public async Task Start_OptionsValidatedOnStart_FindTheirSecrets()
    {
        _host.Secrets.Set("one", "resolved");
        _host.Write("production.json", """{ "db": { "text": "${secret:one}" } }""");
        string? seen = null;
        await _host.StartAsync(varai => varai.Services.AddOptionsWithValidateOnStart<DbConfig>().BindConfiguration("db").Validate(c =>
        {
            seen = c.Text;
            return true;
        }));

        Assert.Equal("resolved", seen);
    }

    [Fact]
    public async Task Start_MissingSecrets_AreAllNamedWithKeyAndPlace()
    {
        _host.Secrets.Set("there", "x");
        _host.Write("base.json", """{ "db": { "password": "${secret:missing-one}" } }""");
        _host.Write("production.yaml", "api:\n  key: a ${secret:missing-two} ${secret:there} ${secret:missing-one}\n");

        ConfigurationException error = await FailAsync();

        Assert.Equal(
            ["config/environments/base.json:1:23: db:password: ", "config/environments/production.yaml:2:8: api:key: ", "config/environments/production.yaml:2:8: api:key: "],
            error.Errors.Select(e => e.ToString()[..(e.ToString().IndexOf(e.Key + ": ", StringComparison.Ordinal) + e.Key.Length + 2)]));
        Assert.Equal(["missing-one", "missing-two", "missing-one"], error.Errors.Select(e => e.Message.Contains("'missing-one'", StringComparison.Ordinal) ? "missing-one" : "missing-two"));
        Assert.All(error.Errors, e => Assert.Equal("secrets", e.Check));
    }

    [Theory]
    [InlineData("${secret:", "The reference '${secret:' is not closed by '}'.")]
    [InlineData("a ${secret:x y}", "The name in the reference '${secret:...}' ")]
    [InlineData("${secret:}", "The name in the reference '${secret:...}' ")]
    public async Task Start_MalformedReference_IsRefused(string text, string message)
    {
        _host.Write("production.json", $$"""{ "db": { "text": "{{text}}" } }""");

        ConfigurationError error = Assert.Single((await FailAsync()).Errors);
        Assert.Equal("config/environments/production.json:1:19", error.Origin.ToString());
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SecretsNotRequired_StartsAndReadingFailsWithThePlace()
    {
        _host.Write("production.json", """{ "db": { "text": "${secret:later}", "number": "${secret:later-number}", "ratio": 1.5 } }""");
        await _host.StartAsync(varai => varai.AddComponent<DbConfig>("db"), options => options.Configuration.RequireSecrets = false);

        ConfigurationException error = Assert.Throws<ConfigurationException>(() => _host.Root["db:text"]);
        Assert.StartsWith("The value of 'db:text' can't be read:\n  config/environments/production.json:1:19: db:text: ", error.Message, StringComparison.Ordinal);
        Assert.Equal("1.5", _host.Root["db:ratio"]);
    }

    [Fact]
    public async Task Start_SecretsNotRequired_OtherErrorsAreStillFound()
    {
        _host.Write("production.json", """{ "db": { "number": "${secret:later-number}", "ratio": "much" } }""");

        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(() => _host.StartAsync(
            varai => varai.AddComponent<DbConfig>("db"), options => options.Configuration.RequireSecrets = false));

        Assert.Equal(["db:ratio"], error.Errors.Select(e => e.Key));
    }

    [Fact]
    public async Task Start_ProviderFails_IsAnErrorWithThePlace()
    {
        _host.Secrets.Failure = () => new Varai.Secrets.SecretProviderException("memory", "read", "one", "the vault is sealed");
        _host.Write("production.json", """{ "db": { "text": "${secret:one}" } }""");

        Assert.Equal("config/environments/production.json:1:19", Assert.Single((await FailAsync()).Errors).Origin.ToString());
    }

    [Fact]
    public async Task Anything_SecretOfTheWrongType_NeverShowsTheValue()
    {
        _host.Secrets.Set("number", Canary);
        _host.Write("production.json", """{ "db": { "number": "${secret:number}" } }""");
        ConfigurationException start = await FailAsync(varai => varai.AddComponent<DbConfig>("db"));
        Assert.Equal(
            "config/environments/production.json:1:21: db:number: The value can't be read as System.Int32. (found string \"${secret:number}\")",
            Assert.Single(start.Errors).ToString());
        AssertHidden(start.ToString());

        _host.Secrets.Set("number", "42");
        await using var second = new ConfigurationHost();
        second.Secrets.Set("number", "42");
        second.Secrets.Set("text", Canary);
        second.Write("production.json", """{ "db": { "number": "${secret:number}", "text": "${secret:text}" } }""");
        await second.StartAsync(varai =>
        {
            varai.AddComponent<DbConfig>("db");
            varai.Services.AddHealthChecks();
        });
        Assert.Equal((42, Canary), (second.Configuration.Get<DbConfig>("db").Number, second.Configuration.Get<DbConfig>("db").Text));

        // A type that nobody registered, and one that can't be made.
        AssertHidden(Assert.Throws<ConfigurationException>(() => second.Configuration.Get<int>("db:text")).ToString());
        AssertHidden(Assert.Throws<ConfigurationException>(() => second.Configuration.Get<Shouting>("db")).ToString());

        second.Write("production.json", """{ "db": { "number": "${secret:text}", "text": "${secret:text}" } }""");
        await ConfigurationHost.UntilAsync(() => !second.Configuration.Status.IsCurrent);
        HealthReport health = await second.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        AssertHidden(string.Join('\n', second.Configuration.Status.Errors));
        AssertHidden(string.Join('\n', health.Entries.Values.Select(e => $"{e.Description} {e.Exception}")));
        Assert.Equal(HealthStatus.Degraded, health.Entries["varai-configuration"].Status);
        AssertHidden(second.Configuration.Current.ToString() + second.Configuration.Current.Root + second.Root.GetDebugView(c => c.ConfigurationProvider.ToString()!));
        AssertHidden((await second.Configuration.ExplainAsync("db:text", TestContext.Current.CancellationToken)).ToString());
        await second.StopAsync();
        AssertHidden(string.Join('\n', second.Logs.GetSnapshot().Select(l => $"{l.Message} {l.Exception} {string.Join(',', l.StructuredState ?? [])}")));
        Assert.Contains(second.Logs.GetSnapshot(), l => l.Id.Id == 1002);
    }

    [Fact]
    public async Task Change_CallbackThrowsWithTheValue_TheLogHasItsTypeAlone()
    {
        _host.Secrets.Set("text", Canary);
        _host.Write("production.json", """{ "db": { "text": "${secret:text}" } }""");
        await _host.StartAsync();
        using IDisposable registration = _host.Root.GetReloadToken().RegisterChangeCallback(
            _ => throw new InvalidOperationException("I saw " + _host.Root["db:text"]), null);

        await _host.ChangeAsync(() => _host.Write("production.json", """{ "db": { "text": "${secret:text}", "a": 1 } }"""));
        await ConfigurationHost.UntilAsync(() => _host.Logs.GetSnapshot().Any(l => l.Id.Id == 1006));

        Assert.Contains(_host.Logs.GetSnapshot(), l => l.Message.Contains("System.InvalidOperationException", StringComparison.Ordinal));
        AssertHidden(string.Join('\n', _host.Logs.GetSnapshot().Select(l => $"{l.Message} {l.Exception}")));
    }

    [Fact]
    public async Task Rotation_NewValue_ReachesReadsAndWhatWasBoundAfterTheTimeToLive()
    {
        var time = new FakeTimeProvider();
        _host.Secrets.Set("text", "old");
        _host.Write("production.json", """{ "db": { "text": "${secret:text}" } }""");
        await _host.StartAsync(varai =>
        {
            varai.Services.AddSingleton<TimeProvider>(time);
            varai.AddComponent<DbConfig>("db").ConfigureSecrets(o => o.CacheTtl = TimeSpan.FromMinutes(1));
        });
        IOptionsMonitor<DbConfig> monitor = _host.Services.GetRequiredService<IOptionsMonitor<DbConfig>>();
        DbConfig before = _host.Configuration.Get<DbConfig>("db");
        Assert.Equal(("old", "old", "old"), (_host.Root["db:text"], before.Text, monitor.CurrentValue.Text));

        _host.Secrets.Set("text", "new");
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("old", _host.Root["db:text"]);

        await _host.ChangeAsync(() => time.Advance(TimeSpan.FromMinutes(2)));
        Assert.Equal(("new", "new", "new"), (_host.Root["db:text"], _host.Configuration.Get<DbConfig>("db").Text, monitor.CurrentValue.Text));
        Assert.NotSame(before, _host.Configuration.Get<DbConfig>("db"));
        Assert.Equal("old", before.Text);
        Assert.True(_host.Configuration.Status.IsCurrent);
    }

    [Fact]
    public async Task Rotation_ChangeThatTheStoreTellsOf_ReachesWhatWasBoundAtOnce()
    {
        // The clock stands still: neither a poll nor a time to live ends.
        var time = new FakeTimeProvider();
        _host.Secrets.Set("login", """{"text":"old"}""");
        _host.Write("production.json", """{ "db": { "text": "${secret:login#text}" } }""");
        await _host.StartAsync(varai =>
        {
            varai.Services.AddSingleton<TimeProvider>(time);
            varai.AddComponent<DbConfig>("db");
        });
        Assert.Equal("old", _host.Configuration.Get<DbConfig>("db").Text);

        _host.Secrets.Set("login", """{"text":"new"}""");
        await _host.ChangeAsync(() => _host.Secrets.NotifyChanged("login"));
        Assert.Equal(("new", "new"), (_host.Root["db:text"], _host.Configuration.Get<DbConfig>("db").Text));

        _host.Secrets.Set("login", """{"text":"newest"}""");
        await _host.ChangeAsync(() => _host.Secrets.NotifyChanged(null));
        Assert.Equal("newest", _host.Configuration.Get<DbConfig>("db").Text);
    }

    [Fact]
    public async Task Rotation_ValueThatSomebodyDisposed_IsFollowedAllTheSame()
    {
        var time = new FakeTimeProvider();
        _host.Secrets.Set("text", "old");
        _host.Write("production.json", """{ "db": { "text": "${secret:text}" } }""");
        await _host.StartAsync(varai =>
        {
            varai.Services.AddSingleton<TimeProvider>(time);
            varai.AddComponent<DbConfig>("db");
        });
        (await _host.Services.GetRequiredService<ISecretStore>().FindSecretAsync("text", TestContext.Current.CancellationToken))!.Value.Dispose();

        _host.Secrets.Set("text", "new");
        // That it was disposed may count as a change too.
        _host.Secrets.NotifyChanged("text");
        await ConfigurationHost.UntilAsync(() => _host.Configuration.Get<DbConfig>("db").Text == "new");
    }

    [Fact]
    public async Task Rotation_ValueThatCannotBeBound_IsReportedAndMended()
    {
        var time = new FakeTimeProvider();
        _host.Secrets.Set("number", "1");
        _host.Write("production.json", """{ "db": { "number": "${secret:number}" } }""");
        await _host.StartAsync(varai =>
        {
            varai.Services.AddSingleton<TimeProvider>(time);
            varai.AddComponent<DbConfig>("db").ConfigureSecrets(o => o.CacheTtl = TimeSpan.FromMinutes(1));
        });
        Assert.Equal(1, _host.Configuration.Get<DbConfig>("db").Number);

        _host.Secrets.Set("number", Canary);
        time.Advance(TimeSpan.FromMinutes(2));
        await ConfigurationHost.UntilAsync(() => !_host.Configuration.Status.IsCurrent);
        Assert.Equal(1, _host.Configuration.Get<DbConfig>("db").Number);
        AssertHidden(string.Join('\n', _host.Configuration.Status.Errors));

        _host.Secrets.Set("number", "3");
        await _host.ChangeAsync(() => time.Advance(TimeSpan.FromMinutes(2)));
        Assert.Equal(3, _host.Configuration.Get<DbConfig>("db").Number);
        Assert.True(_host.Configuration.Status.IsCurrent);
    }

    [Fact]
    public async Task Reload_SecretThatComesLater_IsTakenOverWithoutAnotherSave()
    {
        var time = new FakeTimeProvider();
        _host.Write("production.json", "{}");
        await _host.StartAsync(varai => varai.Services.AddSingleton<TimeProvider>(time));
        _host.Write("production.json", """{ "db": { "text": "${secret:late}" } }""");
        await AdvanceUntilAsync(time, () => !_host.Configuration.Status.IsCurrent);

        _host.Secrets.Set("late", "here");
        await AdvanceUntilAsync(time, () => _host.Configuration.Status.IsCurrent);

        Assert.Equal("here", _host.Root["db:text"]);
    }

    private static Task AdvanceUntilAsync(FakeTimeProvider time, Func<bool> condition) => ConfigurationHost.UntilAsync(() =>
    {
        time.Advance(TimeSpan.FromSeconds(1));
        return condition();
    });

    private static void AssertHidden(string text) => Assert.DoesNotContain(Canary, text, StringComparison.Ordinal);

    private async Task<ConfigurationException> FailAsync(Action<VaraiBuilder>? configure = null) =>
        await Assert.ThrowsAsync<ConfigurationException>(() => _host.StartAsync(configure));

    private sealed class DbConfig
    {
        public string? Text { get; set; }

        public int Number { get; set; }

        public double Ratio { get; set; }
    }

    private sealed class Shouting
    {
        public string? Text
        {
            get => null;
            set => throw new NotSupportedException(value);
        }
    }
}
