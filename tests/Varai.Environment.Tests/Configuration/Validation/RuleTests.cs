using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Varai.Configuration;

namespace Varai.Tests.Configuration.Validation;

/// <summary>Rules in code, over a document and across environments.</summary>
public sealed class RuleTests : IAsyncDisposable
{
    private readonly ConfigurationHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Start_RuleReports_NamesKeyPlaceAndRule()
    {
        _host.Write("base.yaml", "limits:\n  low: 10\n  high: 5\n");

        ConfigurationException error = await FailAsync(varai => varai.AddConfigurationRule("low is below high", context =>
        {
            if (Number("limits:low") >= Number("limits:high"))
                context.Error("limits:high", "The limits cross.", "more than 10", "5");
            context.Error("limits:none:deep", "Not there.");
            context.Error("", "As a whole.");

            int Number(string key) => int.Parse(context.Root.FindKey(key)!.Text!, CultureInfo.InvariantCulture);
        }));

        Assert.Equal(
            [
                "config/environments/base.yaml:3:9: limits:high: The limits cross. (expected more than 10, found 5)",
                "config/environments/base.yaml:2:3: limits:none:deep: Not there.",
                "config/environments/base.yaml:1:1: As a whole.",
            ],
            error.Errors.Select(e => e.ToString()));
        Assert.All(error.Errors, e => Assert.Equal("rule:low is below high", e.Check));
    }

    [Fact]
    public async Task Start_RuleThrows_IsAnErrorWithoutItsMessageAndTheOthersRun()
    {
        _host.Write("base.json", "{}");

        ConfigurationException error = await FailAsync(varai => varai
            .AddConfigurationRule("broken", _ => throw new FormatException("canary-in-a-message"))
            .AddConfigurationRule<NoShopRule>());

        Assert.Equal(
            ["config/environments/base.json:1:1: The rule itself failed with FormatException.", "config/environments/base.json:1:1: There is no shop."],
            error.Errors.Select(e => e.ToString()));
        Assert.DoesNotContain("canary", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_RequireSameKeys_NamesWhatProductionLacks()
    {
        _host.Write("staging.json", """
            { "db": { "host": "s", "pool_size": 1, "auth": { "user": "u" } }, "extra": { "a": 1 }, "list": [{ "a": 1 }] }
            """);
        _host.Write("production.json", """{ "DB": { "host": "p", "poolsize": 2, "auth": "none" }, "list": [] }""");

        ConfigurationException error = await FailAsync(varai => varai.RequireSameKeys("staging", "production"));

        Assert.Equal(
            [
                "config/environments/staging.json:1:24: db:pool_size: 'staging' has this key and 'production' has not. Did you mean 'poolsize'?",
                "config/environments/staging.json:1:50: db:auth:user: 'staging' has this key and 'production' has not.",
                "config/environments/staging.json:1:67: extra: 'staging' has this key and 'production' has not.",
            ],
            error.Errors.Select(e => e.ToString()));
    }

    [Fact]
    public async Task Start_RequireSameKeys_BaseCountsForBothAndOtherEnvironmentsAreNotBound()
    {
        _host.Environment = "development";
        _host.Write("base.json", """{ "db": { "pool_size": 1 } }""");
        _host.Write("development.json", """{ "only_here": 1 }""");
        _host.Write("staging.json", """{ "db": { "host": "s" }, "extra": 1 }""");
        _host.Write("production.json", """{ "db": { "host": "p" } }""");
        await _host.StartAsync(varai => varai.RequireSameKeys("staging", "production"));

        ConfigurationValidationResult staging = await ValidateAsync("staging");
        Assert.Equal(["extra"], staging.Errors.Select(e => e.Key));
        Assert.Equal(["extra"], (await ValidateAsync("production")).Errors.Select(e => e.Key));
        Assert.True((await ValidateAsync("development")).IsValid);
        Assert.Equal("staging", staging.EnvironmentName);
        Assert.Throws<ConfigurationException>(staging.ThrowIfInvalid);
    }

    [Fact]
    public async Task Start_RequireSameKeysWithAnInvalidEnvironment_SaysSo()
    {
        _host.Write("staging.json", """{ "a": }""");
        _host.Write("production.json", "{}");

        Assert.Equal(
            "The environment 'staging' has no file or is itself invalid, so its keys can't be compared.",
            Assert.Single((await FailAsync(varai => varai.RequireSameKeys("staging", "production"))).Errors).Message);
    }

    [Fact]
    public async Task Start_RuleAcrossEnvironments_SeesThemAll()
    {
        _host.Write("staging.json", """{ "db": { "host": "same" } }""");
        _host.Write("production.json", """{ "db": { "host": "same" } }""");
        _host.Write("broken.json", """{ "db": }""");
        string[] seen = [];

        ConfigurationException error = await FailAsync(varai => varai.AddConfigurationRule("own databases", context =>
        {
            seen = [.. context.EnvironmentNames];
            foreach (string other in context.EnvironmentNames.Where(n => n != context.EnvironmentName))
            {
                if (context.GetEnvironment(other)?.FindKey("db:host")?.Text == context.Root.FindKey("db:host")!.Text)
                    context.Error("db:host", $"{other} uses the same database.");
            }

            Assert.Null(context.GetEnvironment("broken"));
            Assert.Null(context.GetEnvironment("nowhere"));
        }));

        Assert.Equal(["broken", "production", "staging"], seen);
        Assert.Equal(
            "config/environments/production.json:1:19: db:host: staging uses the same database.", Assert.Single(error.Errors).ToString());
    }

    [Fact]
    public async Task Start_ErrorsOfEveryKindInSeveralFiles_AreReportedTogether()
    {
        _host.Write("base.yaml", "shop:\n  port: many\n  prot: 1\n");
        _host.Write("production.json", """{ "feature_flags": { "a": "on" }, "db": { "password": "${secret:missing}", "user": "${secret:" } }""");

        ConfigurationException error = await FailAsync(varai => varai
            .AddComponent<ShopConfig>("shop")
            .AddConfigurationRule("always", context => context.Error("db", "Never right.")));

        Assert.Equal(
            ["db:user", "db:password", "shop:port", "shop:prot", "shop:Name", "feature_flags:a", "db"],
            error.Errors.Select(e => e.Key));
    }

    [Fact]
    public async Task ValidateAsync_AnotherEnvironment_DoesEverythingForIt()
    {
        _host.Environment = "development";
        _host.Write("base.json", """{ "shop": { "name": "x" } }""");
        _host.Write("development.json", "{}");
        _host.Write("production.yaml", "shop:\n  port: many\n  key: 1\ndb: ${secret:db}\n");
        _host.Write("syntax.json", "{ ");
        await _host.StartAsync(varai => varai.AddComponent<ShopConfig>("shop"));

        ConfigurationValidationResult production = await ValidateAsync("production");
        Assert.Equal(["db", "shop:port", "shop:key"], production.Errors.Select(e => e.Key));
        Assert.Equal("config/environments/production.yaml:4:5", production.Errors[0].Origin.ToString());
        Assert.Equal(
            ["shop:port", "shop:key"],
            (await _host.Configuration.ValidateAsync("production", checkSecrets: false, TestContext.Current.CancellationToken)).Errors.Select(e => e.Key));
        Assert.Equal(
            "config/environments/syntax.json:1:3: the file ends before the '{' at line 1, column 1 is closed",
            Assert.Single((await ValidateAsync("syntax")).Errors).ToString());
        Assert.True((await ValidateAsync(null)).IsValid);
        Assert.True(_host.Configuration.Status.IsCurrent);
        ConfigurationException unknown = await Assert.ThrowsAsync<ConfigurationException>(() => ValidateAsync("productoin"));
        Assert.Equal(
            "There is no environment 'productoin' in config/environments; there are development, production, syntax.", unknown.Message);
    }

    [Theory]
    [InlineData("""{ "feature_flags": [] }""", "feature_flags: The feature flags are not an object. (expected flag names with their definitions, found an array)")]
    [InlineData("""{ "feature_flags": { "a": { "enabled": "true" } } }""",
        "feature_flags:a:enabled: Whether a feature flag is on must be a boolean. (expected true or false, found a string; leave out the quotes)")]
    [InlineData("""{ "feature_flags": { "a": { "enabled": true, "paramters": {} } } }""",
        "feature_flags:a:paramters: A feature flag has no such member. (expected one of enabled, description, display_name, owner, tags, kill_switch, parameters, prerequisites, conditions, variants, allocation, telemetry, environments, found 'paramters') Did you mean 'parameters'?")]
    [InlineData("""{ "feature_flags": { "a": 1 } }""",
        "feature_flags:a: The definition of a feature flag has the wrong type. (expected true, false, or an object with 'enabled', found a number)")]
    public async Task Start_MalformedFlags_AreRefusedWithTheDocument(string text, string expected)
    {
        _host.Write("production.json", text);

        string error = Assert.Single((await FailAsync(_ => { })).Errors).ToString();
        Assert.StartsWith("config/environments/production.json:1:", error, StringComparison.Ordinal);
        Assert.EndsWith(expected, error, StringComparison.Ordinal);
    }

    private Task<ConfigurationValidationResult> ValidateAsync(string? environment) =>
        _host.Configuration.ValidateAsync(environment, cancellationToken: TestContext.Current.CancellationToken);

    private async Task<ConfigurationException> FailAsync(Action<VaraiBuilder> configure) =>
        await Assert.ThrowsAsync<ConfigurationException>(() => _host.StartAsync(configure));

    private sealed class NoShopRule : IConfigurationRule
    {
        public string Name => "shop";

        public void Validate(ConfigurationRuleContext context)
        {
            if (context.Root.Find("shop") is null)
                context.Error("", "There is no shop.");
        }
    }
}
