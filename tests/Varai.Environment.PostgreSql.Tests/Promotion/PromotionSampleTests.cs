using Varai.PostgreSql.Tests.Server;
using Varai.Tests.TestResources;

namespace Varai.PostgreSql.Tests.Promotion;

/// <summary>The sample, as a person runs it, on a real server.</summary>
public sealed class PromotionSampleTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sample_with_a_connection_string_keeps_its_state_there_and_cleans_up()
    {
        server.Require();

        Command run = await Command.RunAsync("dotnet", [Program, "--postgres", server.ConnectionString()], Path.GetTempPath(), Token);

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains("RolledBack", run.Output, StringComparison.Ordinal);
        Assert.Contains("nothing was changed by hand", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(PostgreSqlServer.Password, run.Output, StringComparison.Ordinal);
        Assert.Equal(0L, await server.ExecuteAsync("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'sample_%'", Token));
    }

    [Fact]
    public async Task Sample_with_an_environment_variable_that_is_not_there_says_so()
    {
        Command run = await Command.RunAsync("dotnet", [Program, "--postgres", "NO_SUCH_VARIABLE"], Path.GetTempPath(), Token);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("There is no environment variable NO_SUCH_VARIABLE.", run.Output, StringComparison.Ordinal);
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Promotion.dll");
}
