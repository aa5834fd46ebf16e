using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.Configuration;

namespace Varai.Tests.Hosting;

public sealed class VaraiDebugViewTests
{
    private const string Document = """
        { "db": { "connection": "Host=db;Password=${secret:pw}", "password": "${secret:pw}", "host": "db", "price": "$${secret:no}" } }
        """;

    [Fact]
    public async Task GetDebugView_AsItIs_ShowsSecretsAsEveryOtherValue()
    {
        await using VaraiHost host = Create();

        Assert.Contains("Password=hunter2", ((IConfigurationRoot)host.Configuration).GetDebugView(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redact_ValuesWithAReference_AreHiddenWhole()
    {
        await using VaraiHost host = Create();

        string view = ((IConfigurationRoot)host.Configuration).GetDebugView(VaraiDebugView.Redact);

        Assert.DoesNotContain("hunter2", view, StringComparison.Ordinal);
        Assert.DoesNotContain("Host=db", view, StringComparison.Ordinal);
        Assert.Contains("connection=***", view, StringComparison.Ordinal);
        Assert.Contains("password=***", view, StringComparison.Ordinal);
        Assert.Contains("host=db", view, StringComparison.Ordinal);
        Assert.Contains("plain=shown", view, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redact_OurDocumentInsideAChain_IsHiddenToo()
    {
        await using VaraiHost host = Create();
        IConfigurationRoot outer = new ConfigurationBuilder().AddConfiguration(host.Configuration).Build();

        string view = outer.GetDebugView(VaraiDebugView.Redact);

        Assert.DoesNotContain("hunter2", view, StringComparison.Ordinal);
        Assert.Contains("host=db", view, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redact_ASectionInAChain_IsHiddenWholeSinceItCantTell()
    {
        await using VaraiHost host = Create();
        IConfigurationRoot outer = new ConfigurationBuilder().AddConfiguration(host.Configuration.GetSection("db")).Build();

        string view = outer.GetDebugView(VaraiDebugView.Redact);

        Assert.DoesNotContain("hunter2", view, StringComparison.Ordinal);
        Assert.Contains("host=***", view, StringComparison.Ordinal);
    }

    private static VaraiHost Create()
    {
        VaraiHost host = new VaraiHost().Write("production.json", Document).WriteSecret("pw", "hunter2").Set(("plain", "shown"));
        host.Builder.AddVarai();
        _ = host.Varai.Configuration;
        return host;
    }
}
