using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.Secrets;
using Varai.State;

namespace Contoso;

/// <summary>Compiles only while no name of ours hides one that everybody uses.</summary>
public sealed class BesideContosoTests
{
    [Fact]
    public void CommonNames_BesideAllOurUsings_MeanWhatTheyAlwaysMeant()
    {
        Assert.Equal(System.Environment.NewLine, Environment.NewLine);
        Assert.Equal("Production", Environments.Production);
        Assert.Equal(3, Options.Create(new Settings(3)).Value.Limit);
        Assert.Equal(
            ["Varai", "Varai.Configuration", "Varai.FeatureFlags", "Varai.Secrets", "Varai.State"],
            new[] { typeof(IVaraiEnvironment), typeof(IEnvironmentConfiguration), typeof(IFeatureFlags), typeof(ISecretStore), typeof(IStateStore) }
                .Select(t => t.Namespace));
    }

    private sealed record Settings(int Limit);
}
