using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Varai.Configuration;

namespace Varai.Tests.Configuration.History;

public sealed class HistorySecretTests
{
    private const string Canary = "s3cr3t-canary";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secrets_stay_references_in_history_differences_explanations_logs_and_on_disk()
    {
        await using var folder = new HistoryFolder { UsesSqlite = true };
        var logs = new FakeLogCollector();
        folder.Secrets.Set("db", Canary);
        folder.Write("base.json", """{ "db": { "text": "Host=x;Password=${secret:db}" } }""");
        folder.Write("production.yaml", "db:\n  password: ${secret:db}\n");
        HistoryHost host = await folder.StartAsync(configure: v => v.Services.AddLogging(b => b.AddProvider(new FakeLoggerProvider(logs)).SetMinimumLevel(LogLevel.Trace)));
        Assert.Equal(Canary, host.Get<IConfiguration>()["db:password"]);
        await host.Configuration.UpdateAsync(new ConfigurationUpdate("m", "r").Set("again", "${secret:db}").Set("db:user", "u"), Token);
        await host.Configuration.UpdateAsync(new ConfigurationUpdate("m", "r").Remove("again"), Token);
        await host.Configuration.RestoreAsync(new ConfigurationRestore(2, "m", "r"), Token);
        Exception? refused = await Record.ExceptionAsync(() => host.Configuration.UpdateAsync(
            new ConfigurationUpdate("m", "r").Set("bad", "${secret:missing} ${secret:db}"), Token));
        Assert.IsType<ConfigurationException>(refused);

        var seen = new StringBuilder(refused.ToString());
        foreach (ConfigurationVersion version in await host.GetVersionsAsync())
            seen.AppendLine(version.ToString()).AppendJoin('\n', version.Changes).AppendJoin('\n', version.Files).Append(version.Reason);
        foreach (string key in new[] { "db:password", "db:text", "again", "db" })
            seen.AppendLine((await host.Configuration.ExplainAsync(key, Token)).ToString());
        foreach (ConfigurationDifference difference in await host.Configuration.DiffAsync(ConfigurationReference.Version(1), ConfigurationReference.Files(), Token))
            seen.AppendLine(difference.ToString());
        seen.AppendLine((await host.GetHealthAsync()).Description).Append(host.Configuration.Status).Append(host.Configuration.Current);
        seen.AppendJoin('\n', (await host.VerifyAsync()).Findings).AppendJoin('\n', logs.GetSnapshot().Select(l => $"{l.Message} {l.Exception}"));
        Assert.Contains("${secret:db}", seen.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, seen.ToString(), StringComparison.Ordinal);

        string[] files = Directory.GetFiles(folder.StateFolder, "*", SearchOption.AllDirectories);
        Assert.Contains(files, f => Holds(f, "${secret:db}"));
        Assert.DoesNotContain(files, f => Holds(f, Canary));
        Assert.DoesNotContain(Directory.GetFiles(folder.EnvironmentsFolder), f => Holds(f, Canary));
    }

    private static bool Holds(string file, string text)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    }
}
