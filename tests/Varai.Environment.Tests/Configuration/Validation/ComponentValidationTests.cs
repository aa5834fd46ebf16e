using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Varai.Configuration;

namespace Varai.Tests.Configuration.Validation;

/// <summary>Components bound to types: a document that doesn't fit stops the host, with everything that is wrong in it.</summary>
public sealed class ComponentValidationTests : IAsyncDisposable
{
    private readonly ConfigurationHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Start_ValidComponent_IsBoundForOptionsAndGet()
    {
        _host.Write("production.json", """
            { "shop": { "name": "x", "PORT": 8080, "time_out": "00:00:30", "limit": { "percent": 5, "country": "DE" },
              "zones": [{ "percent": 1 }], "regions": { "eu": { "percent": 2 } }, "numbers": [1, 2] } }
            """);
        await _host.StartAsync(varai => varai.AddComponent<ShopConfig>("shop"));

        ShopConfig shop = _host.Configuration.Get<ShopConfig>("shop");
        ShopConfig options = _host.Services.GetRequiredService<IOptions<ShopConfig>>().Value;
        foreach (ShopConfig bound in new[] { shop, options })
        {
            Assert.Equal(("x", 8080, TimeSpan.FromSeconds(30), 5, "DE"), (bound.Name, bound.Port, bound.Timeout, bound.Limit.Percent, bound.Limit.Country));
            Assert.Equal([1], bound.Zones.Select(z => z.Percent));
            Assert.Equal(2, bound.Regions["eu"].Percent);
            Assert.Equal([1, 2], bound.Numbers);
        }
    }

    [Fact]
    public Task Start_AnnotationsBroken_NamesEachWithItsPlaceInJson() => RefusesAsync(
        "production.json",
        """
        {
          "shop": {
            "port": 0,
            "time_out": "00:02:00",
            "limit": { "percent": 101, "country": "de" },
            "zones": [{ "percent": 1 }, { "percent": -1 }],
            "regions": { "eu": { "country": "x" } }
          }
        }
        """,
        "config/environments/production.json:2:11: shop:Name: The Name field is required. (found nothing)",
        "config/environments/production.json:3:13: shop:port: The field Port must be between 1 and 65535. (found 0)",
        "config/environments/production.json:4:17: shop:time_out: The field Timeout must be between 00:00:01 and 00:01:00. (found \"00:02:00\")",
        "config/environments/production.json:5:27: shop:limit:percent: The field Percent must be between 0 and 100. (found 101)",
        "config/environments/production.json:5:43: shop:limit:country: The field Country must match the regular expression '[A-Z]{2}'. (found \"de\")",
        "config/environments/production.json:6:46: shop:zones:1:percent: The field Percent must be between 0 and 100. (found -1)",
        "config/environments/production.json:7:37: shop:regions:eu:country: The field Country must match the regular expression '[A-Z]{2}'. (found \"x\")");

    [Fact]
    public Task Start_AnnotationsBroken_NamesEachWithItsPlaceInYaml() => RefusesAsync(
        "production.yaml",
        """
        shop:
          name: x
          port: 0
          zones:
            - percent: 1
            - percent: -1
              country: de
        """,
        "config/environments/production.yaml:3:9: shop:port: The field Port must be between 1 and 65535. (found 0)",
        "config/environments/production.yaml:6:16: shop:zones:1:percent: The field Percent must be between 0 and 100. (found -1)",
        "config/environments/production.yaml:7:16: shop:zones:1:country: The field Country must match the regular expression '[A-Z]{2}'. (found \"de\")");

    [Fact]
    public Task Start_UnknownKeys_NamesEachWithTheNearest() => RefusesAsync(
        "production.json",
        """
        { "shop": { "name": "x", "prot": 1, "timeout": "00:00:01",
          "limit": { "precent": 1 }, "zones": [{ "percentage": 1 }], "regions": { "eu": { "zzz": 1 } } } }
        """,
        "config/environments/production.json:1:26: shop:prot: ShopConfig has no property for this key. Did you mean 'Port'?",
        "config/environments/production.json:1:37: shop:timeout: ShopConfig has no property for this key. Did you mean 'time_out'?",
        "config/environments/production.json:2:14: shop:limit:precent: LimitConfig has no property for this key. Did you mean 'Percent'?",
        "config/environments/production.json:2:42: shop:zones:0:percentage: LimitConfig has no property for this key. Did you mean 'Percent'?",
        "config/environments/production.json:2:83: shop:regions:eu:zzz: LimitConfig has no property for this key.");

    [Fact]
    public async Task Start_UnknownKeysAllowed_PassesOverThem()
    {
        _host.Write("production.json", """{ "shop": { "name": "x", "prot": 1 } }""");
        await _host.StartAsync(varai => varai.AddComponent<ShopConfig>("shop", allowUnknownKeys: true));

        Assert.Equal("x", _host.Configuration.Get<ShopConfig>("shop").Name);
    }

    [Fact]
    public Task Start_SeveralValuesCannotBeConverted_NamesAllOfThemAtOnce() => RefusesAsync(
        "production.json",
        """
        {
          "SHOP": {
            "PORT": "many",
            "time_out": "soon",
            "day": "Moonday",
            "rate": "1,5x",
            "open": "yes",
            "address": "http://",
            "numbers": [1, "two", 3],
            "limit": { "percent": 1.5, "country": "de" }
          }
        }
        """,
        "config/environments/production.json:3:13: SHOP:PORT: The value can't be read as System.Int32. (found string \"many\")",
        "config/environments/production.json:4:17: SHOP:time_out: The value can't be read as System.TimeSpan. (found string \"soon\")",
        "config/environments/production.json:5:12: SHOP:day: The value can't be read as System.DayOfWeek. (expected Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, found string \"Moonday\") Did you mean 'Monday'?",
        "config/environments/production.json:6:13: SHOP:rate: The value can't be read as System.Double. (found string \"1,5x\")",
        "config/environments/production.json:7:13: SHOP:open: The value can't be read as System.Boolean. (found string \"yes\")",
        "config/environments/production.json:8:16: SHOP:address: The value can't be read as System.Uri. (found string \"http://\")",
        "config/environments/production.json:9:20: SHOP:numbers:1: The value can't be read as System.Int32. (found string \"two\")",
        "config/environments/production.json:10:27: SHOP:limit:percent: The value can't be read as System.Int32. (found number 1.5)",
        "config/environments/production.json:2:11: SHOP:Name: The Name field is required. (found nothing)",
        "config/environments/production.json:10:43: SHOP:limit:country: The field Country must match the regular expression '[A-Z]{2}'. (found \"de\")");

    [Fact]
    public Task Start_ValuesOfAnotherShape_AreNotPassedOverInSilence() => RefusesAsync(
        "production.yaml",
        """
        shop:
          name: [x]
          port: { a: 1 }
          limit: 5
          zones: none
          regions: none
          numbers: 7
        """,
        "config/environments/production.yaml:2:9: shop:name: The value can't be read as System.String. (expected one value, found an array)",
        "config/environments/production.yaml:3:9: shop:port: The value can't be read as System.Int32. (expected one value, found an object)",
        "config/environments/production.yaml:4:10: shop:limit: The value can't be read as Varai.Tests.Configuration.Validation.LimitConfig. (expected an object, found number 5)",
        "config/environments/production.yaml:5:10: shop:zones: The value has the wrong shape. (expected an array, found string \"none\")",
        "config/environments/production.yaml:6:12: shop:regions: The value has the wrong shape. (expected an object, found string \"none\")",
        "config/environments/production.yaml:7:12: shop:numbers: The value has the wrong shape. (expected an array, found number 7)");

    [Fact]
    public async Task Start_NullsAndEmptyContainers_AreNoErrors()
    {
        _host.Write("production.json", """
            { "shop": { "name": "x", "rate": null, "limit": {}, "zones": [], "regions": {}, "numbers": [], "address": null } }
            """);
        await _host.StartAsync(varai => varai.AddComponent<ShopConfig>("shop"));

        Assert.Null(_host.Configuration.Get<ShopConfig>("shop").Rate);
    }

    [Fact]
    public async Task Start_OverridingValueCannotBeConverted_SaysThatItIsNotTheFiles()
    {
        _host.Arguments = ["--shop:port=many"];
        _host.Write("production.json", """{ "shop": { "name": "x", "port": 80 } }""");

        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(
            () => _host.StartAsync(varai => varai.AddComponent<ShopConfig>("shop")));

        Assert.Equal(
            "config/environments/production.json:1:34: shop:port: The value that another source of the host's configuration puts in the "
            + "place of this one can't be read as System.Int32.",
            Assert.Single(error.Errors).ToString());
    }

    [Fact]
    public async Task Start_ComponentMissing_NamesTheNearest()
    {
        _host.Write("production.json", """{ "shpo": { "name": "x" }, "other": {} }""");

        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(
            () => _host.StartAsync(varai => varai.AddComponent<ShopConfig>("shop")));

        Assert.Equal(
            "The configuration of 'production' is not valid:\n"
            + "  config/environments/production.json:1:1: shop: The component is bound to ShopConfig and is missing. Did you mean 'shpo'?",
            error.Message);
    }

    [Fact]
    public async Task Start_Validators_AreHeardAndOneThatThrowsIsNamed()
    {
        _host.Write("production.json", """{ "shop": { "name": "x" } }""");

        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(() => _host.StartAsync(varai =>
        {
            varai.AddComponent<ShopConfig>("shop");
            varai.Services.AddSingleton<IValidateOptions<ShopConfig>>(new ValidateOptions<ShopConfig>(null, s => s.Name != "x", "x is no name."));
            varai.Services.AddSingleton<IValidateOptions<ShopConfig>>(new ValidateOptions<ShopConfig>(
                null, _ => throw new InvalidOperationException("canary-in-a-message"), "never"));
        }));

        Assert.Equal(
            [
                "config/environments/production.json:1:11: shop: x is no name.",
                "config/environments/production.json:1:11: shop: The component can't be bound or checked: InvalidOperationException was raised.",
            ],
            error.Errors.Select(e => e.ToString()));
        Assert.DoesNotContain("canary", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(["options:ShopConfig", "binding"], error.Errors.Select(e => e.Check));
    }

    [Fact]
    public async Task Start_ComponentBoundByADelegate_IsCheckedAndRead()
    {
        _host.Write("production.json", """{ "shop": { "name": "x", "port": 5 } }""");
        await _host.StartAsync(varai => varai.AddComponent("shop", section => new LimitConfig { Percent = int.Parse(section["port"]!, CultureInfo.InvariantCulture) }));

        Assert.Equal(5, _host.Configuration.Get<LimitConfig>("shop").Percent);
        Assert.Equal(5, _host.Services.GetRequiredService<IOptions<LimitConfig>>().Value.Percent);
    }

    [Fact]
    public async Task Options_OfAComponent_AreBoundThenConfiguredByTheService()
    {
        _host.Write("production.json", """{ "shop": { "name": "x", "port": 5 }, "point": { "x": 1, "y": 2 } }""");
        await _host.StartAsync(varai => varai.AddComponent<ShopConfig>("shop").AddComponent<Point>("point").Services
            .Configure<ShopConfig>(s => s.Port++)
            .Configure<ShopConfig>("other", s => s.Port = 7)
            .PostConfigure<ShopConfig>(s => s.Name += s.Port));

        ShopConfig options = _host.Services.GetRequiredService<IOptionsMonitor<ShopConfig>>().CurrentValue;
        Assert.Equal((6, "x6"), (options.Port, options.Name));
        Assert.Equal(5, _host.Configuration.Get<ShopConfig>("shop").Port);
        Assert.Equal(7, _host.Services.GetRequiredService<IOptionsMonitor<ShopConfig>>().Get("other").Port);
    }

    private sealed class Point
    {
        public int X { get; set; }

        public int Y { get; set; }
    }

    private async Task RefusesAsync(string file, string text, params string[] expected)
    {
        _host.Write(file, text);

        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(
            () => _host.StartAsync(varai => varai.AddComponent<ShopConfig>("shop")));

        Assert.Equal(expected, error.Errors.Select(e => e.ToString()));
        Assert.Equal("The configuration of 'production' is not valid:\n  " + string.Join("\n  ", expected), error.Message);
    }
}
