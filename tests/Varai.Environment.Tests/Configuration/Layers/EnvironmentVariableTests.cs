using Varai.Configuration;

namespace Varai.Tests.Configuration.Layers;

/// <summary>Alone, because the variable is the whole process's.</summary>
[CollectionDefinition(nameof(EnvironmentVariableTests), DisableParallelization = true)]
[Collection(nameof(EnvironmentVariableTests))]
public sealed class EnvironmentVariableTests : IDisposable
{
    public EnvironmentVariableTests() => Environment.SetEnvironmentVariable(EnvironmentSelection.Variable, "Test");

    public void Dispose() => Environment.SetEnvironmentVariable(EnvironmentSelection.Variable, null);

    [Fact]
    public async Task AddVarai_Variable_GoesBeforeOptionAndHost()
    {
        await using var host = new ConfigurationHost { Environment = "Production", Arguments = ["--Varai:Environment=staging"] };
        host.Write("test.json", """{ "a": { "from": "test" } }""");
        host.Write("staging.json", "{}");
        host.Write("production.json", "{}");
        await host.StartAsync();

        Assert.Equal("test", host.Configuration.EnvironmentName);
        Assert.Equal("test", host.Root["a:from"]);
    }
}
