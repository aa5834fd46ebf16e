using Varai.Configuration;

namespace Varai.Tests.Configuration.Validation;

/// <summary>Schemas beside the configuration, through the host and through hot reload.</summary>
public sealed class SchemaFileTests : IAsyncDisposable
{
    private const string ShopSchema = """
        { "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
          "properties": { "port": { "type": "integer", "maximum": 65535 } }, "additionalProperties": false }
        """;

    private readonly ConfigurationHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("base.json", """{ "shop": { "port": 70000, "prot": 1 } }""", "config/environments/base.json:1:21: shop:port: ", "config/environments/base.json:1:28: shop:prot: ")]
    [InlineData("base.yaml", "shop:\n  port: 70000\n  prot: 1\n", "config/environments/base.yaml:2:9: shop:port: ", "config/environments/base.yaml:3:3: shop:prot: ")]
    public async Task Start_DocumentBreaksAComponentsSchema_IsRefusedWithEveryPlace(string file, string text, string first, string second)
    {
        _host.Write("schemas/shop.json", ShopSchema);
        _host.Write(file, text);

        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(() => _host.StartAsync());

        Assert.Equal(["schema:maximum", "schema:additionalProperties"], error.Errors.Select(e => e.Check));
        Assert.StartsWith(first, error.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.StartsWith(second, error.Errors[1].ToString(), StringComparison.Ordinal);
        Assert.EndsWith("(expected 'port')", error.Errors[1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_MergedDocument_IsWhatTheSchemaSees()
    {
        _host.Write("schema.json", """{ "required": ["a", "b"] }""");
        _host.Write("base.json", """{ "a": 1 }""");
        _host.Write("staging.json", "{}");
        _host.Write("production.json", """{ "$schema": "schema.json", "b": 1 }""");
        await _host.StartAsync();

        Assert.Equal("1", _host.Root["b"]);
        ConfigurationValidationResult staging = await _host.Configuration.ValidateAsync("staging", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("schema:required", Assert.Single(staging.Errors).Check);
    }

    [Fact]
    public async Task Start_SchemaThatIsNone_IsRefusedAtItsOwnPlace()
    {
        _host.Write("schema.json", """{ "type": "objekt" }""");
        _host.Write("production.json", "{}");

        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(() => _host.StartAsync());

        Assert.All(error.Errors, e => Assert.Equal(("config/environments/schema.json", 1), (e.Origin.File, e.Origin.Line)));
        Assert.NotEmpty(error.Errors);
    }

    [Fact]
    public async Task Reload_DocumentBreaksTheSchema_KeepsTheValues()
    {
        _host.Write("schemas/shop.json", ShopSchema);
        _host.Write("production.json", """{ "shop": { "port": 1 } }""");
        await _host.StartAsync();

        _host.Write("production.json", """{ "shop": { "port": "two" } }""");
        await ConfigurationHost.UntilAsync(() => !_host.Configuration.Status.IsCurrent);
        Assert.Equal(("1", "schema:type"), (_host.Root["shop:port"], Assert.Single(_host.Configuration.Status.Errors).Check));

        await _host.ChangeAsync(() => _host.Write("production.json", """{ "shop": { "port": 3 } }"""));
        Assert.Equal("3", _host.Root["shop:port"]);
    }

    [Fact]
    public async Task Reload_SchemaForbidsWhatIsInUse_SaysSoUntilItIsMended()
    {
        _host.Write("production.json", """{ "a": 1 }""");
        await _host.StartAsync();

        _host.Write("schema.json", """{ "required": ["b"] }""");
        await ConfigurationHost.UntilAsync(() => !_host.Configuration.Status.IsCurrent);
        Assert.Equal("1", _host.Root["a"]);

        _host.Write("schema.json", """{ "required": ["a"] }""");
        await ConfigurationHost.UntilAsync(() => _host.Configuration.Status.IsCurrent);
        Assert.Equal("1", _host.Root["a"]);
    }
}
