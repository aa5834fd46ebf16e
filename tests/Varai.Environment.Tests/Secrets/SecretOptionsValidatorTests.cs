using Varai.Secrets;

namespace Varai.Tests.Secrets;

public sealed class SecretOptionsValidatorTests
{
    public static TheoryData<Action<SecretOptions>, string> Invalid => new()
    {
        { o => o.Directory = " ", "Varai:Secrets:Directory is ' '; it must be a folder, absolute or relative to the content root." },
        { o => o.Prefix = "SHOP-", "Varai:Secrets:Prefix is 'SHOP-'; it must be letters, digits and underscores." },
        { o => o.CacheTtl = TimeSpan.FromMinutes(-1), "Varai:Secrets:CacheTtl is '-00:01:00'; it must be from 00:00:01 to 30.00:00:00." },
        { o => o.CacheTtl = TimeSpan.FromDays(31), "Varai:Secrets:CacheTtl is '31.00:00:00'; it must be from 00:00:01 to 30.00:00:00." },
        { o => o.NegativeCacheTtl = TimeSpan.FromHours(2), "Varai:Secrets:NegativeCacheTtl is '02:00:00'; it must be from 00:00:00 to 01:00:00." },
        { o => o.MaxStale = TimeSpan.FromTicks(-1), "Varai:Secrets:MaxStale is '-00:00:00.0000001'; it must be from 00:00:00 to 30.00:00:00." },
        { o => o.ReadTimeout = TimeSpan.Zero, "Varai:Secrets:ReadTimeout is '00:00:00'; it must be from 00:00:00.1000000 to 00:10:00." },
        { o => o.MaxEntries = 0, "Varai:Secrets:MaxEntries is '0'; it must be from 1 to 1000000." },
        { o => o.Prefetch.Add("a b"), "Varai:Secrets:Prefetch:0 is 'a b'; it must be the name of a secret, but it holds the character U+0020, which is not allowed." },
        { o => o.WriteTimeout = TimeSpan.Zero, "Varai:Secrets:WriteTimeout is '00:00:00'; it must be from 00:00:00.1000000 to 00:10:00." },
        { o => o.Writer = " ", "Varai:Secrets:Writer is ' '; it must be the name of a secret provider." },
        { o => { o.Providers.Add("a"); o.Providers.Add("a"); }, "Varai:Secrets:Providers:1 is 'a'; it must be listed once only." },
        { o => Route(o, "", "vault"), "Varai:Secrets:Routes:0:Pattern is ''; it must be what the names begin with and '*', or a whole name." },
        { o => Route(o, "a*"), "Varai:Secrets:Routes:0:Providers is ''; it must be the names of one or more secret providers." },
        { o => Route(o, "a*", ""), "Varai:Secrets:Routes:0:Providers:0 is ''; it must be the name of a secret provider." },
        {
            o => { Route(o, "*", "vault"); Route(o, "a/*", "cloud"); },
            "Varai:Secrets:Routes:1:Pattern is 'a/*'; it must be placed before the route 0 ('*'), which takes every name that it could match."
        },
        {
            o => Route(o, "pay*/key", "vault").StripPrefix = "payments/",
            "Varai:Secrets:Routes:0:StripPrefix is 'payments/'; it must be what every name of the pattern 'pay*/key' begins with, and leave something of the name."
        },
        {
            o => Route(o, "key", "vault").StripPrefix = "key",
            "Varai:Secrets:Routes:0:StripPrefix is 'key'; it must be what every name of the pattern 'key' begins with, and leave something of the name."
        },
        { o => o.Resilience.MaxRetries = 11, "Varai:Secrets:Resilience:MaxRetries is '11'; it must be from 0 to 10." },
        { o => o.Resilience.RetryDelay = TimeSpan.FromTicks(-1), "Varai:Secrets:Resilience:RetryDelay is '-00:00:00.0000001'; it must be from 00:00:00 to 00:01:00." },
        { o => o.Resilience.MaxRetryDelay = TimeSpan.FromHours(1), "Varai:Secrets:Resilience:MaxRetryDelay is '01:00:00'; it must be from 00:00:00 to 00:10:00." },
        { o => o.Resilience.AttemptTimeout = TimeSpan.Zero, "Varai:Secrets:Resilience:AttemptTimeout is '00:00:00'; it must be from 00:00:00.0100000 to 00:10:00." },
        { o => o.Resilience.FailureRatio = double.NaN, "Varai:Secrets:Resilience:FailureRatio is 'NaN'; it must be from 0.01 to 1." },
        { o => o.Resilience.MinimumThroughput = 1, "Varai:Secrets:Resilience:MinimumThroughput is '1'; it must be from 2 to 10000." },
        { o => o.Resilience.SamplingDuration = TimeSpan.Zero, "Varai:Secrets:Resilience:SamplingDuration is '00:00:00'; it must be from 00:00:01 to 01:00:00." },
        {
            o => o.ProviderResilience["vault"] = new SecretResilienceOptions { BreakDuration = TimeSpan.Zero },
            "Varai:Secrets:ProviderResilience:vault:BreakDuration is '00:00:00'; it must be from 00:00:00.5000000 to 01:00:00."
        },
        { o => o.OptionalProviders.Add(""), "Varai:Secrets:OptionalProviders:0 is ''; it must be the name of a secret provider." },
    };

    [Fact]
    public void Validate_defaults_are_valid() => Assert.True(new SecretOptionsValidator().Validate(null, new SecretOptions()).Succeeded);

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Validate_bad_value_names_key_value_and_rule(Action<SecretOptions> spoil, string message)
    {
        var options = new SecretOptions();
        spoil(options);
        Assert.Equal([message], new SecretOptionsValidator().Validate(null, options).Failures);
    }

    [Fact]
    public void Validate_reports_every_error_at_once()
    {
        var options = new SecretOptions { MaxEntries = -1, Prefix = "=", Directory = "" };
        Assert.Equal(3, new SecretOptionsValidator().Validate(null, options).Failures!.Count());
    }

    private static SecretRoute Route(SecretOptions options, string pattern, params string[] providers)
    {
        var route = new SecretRoute { Pattern = pattern };
        foreach (string provider in providers)
            route.Providers.Add(provider);
        options.Routes.Add(route);
        return route;
    }
}
