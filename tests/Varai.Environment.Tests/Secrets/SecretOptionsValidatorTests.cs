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
}
