using Varai.Configuration;

namespace Varai.Tests.Configuration.Layers;

public sealed class EnvironmentSelectionTests
{
    [Theory]
    [InlineData("staging", "production", "Development", "staging")]
    [InlineData(null, "production", "Development", "production")]
    [InlineData("", "production", "Development", "production")]
    [InlineData(null, null, "Development", "development")]
    [InlineData(null, "", "Development", "development")]
    [InlineData("QA-2_eu", null, "Development", "qa-2_eu")]
    public void Decide_SeveralSources_TakesTheFirstThatIsSet(string? variable, string? option, string host, string expected) =>
        Assert.Equal(expected, EnvironmentSelection.Decide(variable, option, host));

    [Theory]
    [InlineData("base", null, "'base' (the variable VARAI_ENVIRONMENT)")]
    [InlineData(null, "schemas", "'schemas' (the option Varai:Environment)")]
    [InlineData(null, "schema", "'schema' (the option Varai:Environment)")]
    [InlineData(null, null, "'../etc' (the host's environment)")]
    [InlineData("prod.local", null, "'prod.local' (the variable VARAI_ENVIRONMENT)")]
    [InlineData(" ", null, "' ' (the variable VARAI_ENVIRONMENT)")]
    [InlineData("produktiön", null, "'produktiön' (the variable VARAI_ENVIRONMENT)")]
    public void Decide_NameThatIsNoFile_SaysWhichSourceAndTheRule(string? variable, string? option, string start)
    {
        var error = Assert.Throws<ConfigurationException>(() => EnvironmentSelection.Decide(variable, option, "../etc"));

        Assert.Equal(
            start + " can't be an environment's name: it is the name of a file, so it has 1 to 64 letters, digits, '-' or '_', "
            + "and is not 'base', 'schema' or 'schemas'.",
            error.Message);
    }

    [Fact]
    public void Decide_LongName_IsRefusedFromTheSixtyFifthLetter()
    {
        Assert.Equal(new string('a', 64), EnvironmentSelection.Decide(new string('a', 64), null, "x"));
        Assert.Throws<ConfigurationException>(() => EnvironmentSelection.Decide(new string('a', 65), null, "x"));
    }

    [Fact]
    public async Task AddVarai_SectionNamesTheEnvironment_ItGoesBeforeTheHosts()
    {
        await using var host = new ConfigurationHost { Arguments = ["--Varai:Environment=Staging"] };
        host.Write("staging.json", """{ "a": { "from": "staging" } }""");
        host.Write("production.json", """{ "a": { "from": "production" } }""");
        await host.StartAsync();

        Assert.Equal("staging", host.Configuration.EnvironmentName);
        Assert.Equal("staging", host.Root["a:from"]);
    }

    [Fact]
    public async Task AddVarai_OptionInCode_GoesBeforeTheSection()
    {
        await using var host = new ConfigurationHost { Arguments = ["--Varai:Environment=staging"] };
        host.Write("staging.json", "{}");
        host.Write("test.json", """{ "a": { "from": "test" } }""");
        await host.StartAsync(options: o => o.Environment = "test");

        Assert.Equal("test", host.Root["a:from"]);
    }
}
