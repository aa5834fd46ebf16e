using System.Text;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.Configuration;
using Varai.State;
using Varai.Tests.TestResources;

namespace Varai.Tests.Configuration.Sources;

public sealed class EnvironmentTransferTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StateNodes _nodes;

    public EnvironmentTransferTests() => _nodes = StateKind.Nodes(StateKind.Memory, _folder);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string In => _folder.File("in");

    private string Out => _folder.File("out");

    [Fact]
    public async Task Import_ThenExport_GivesEveryByteBack()
    {
        Write("base.yaml", "\uFEFFa: 1 # one\r\n\r\n");
        Write("production.jsonc", "{ /* x */ \"b\": \"\u00e4\",\r\n}");
        Write("staging.json", "{}");
        Write("schema.json", "{ \"type\": \"object\" }\n");
        Write("schemas/b.json", "{ \"type\": \"string\" }");
        Write("production.local.json", "{ \"mine\": 1 }");
        Write("README.md", "about");
        IHost host = await _nodes.StartAsync();

        EnvironmentTransferResult imported = await ImportAsync(host);
        EnvironmentTransferResult exported = await StateNodes.Transfer(host).ExportAsync(Out, cancellationToken: Token);

        string[] expected = ["base.yaml", "production.jsonc", "schema.json", "schemas/b.json", "staging.json"];
        Assert.Equal(expected, imported.Documents);
        Assert.Equal(["production", "staging"], imported.Environments);
        Assert.Equal(expected, exported.Documents);
        Assert.Equal(expected, Files(Out));
        Assert.All(expected, name => Assert.Equal(File.ReadAllBytes(Path.Combine(In, name)), File.ReadAllBytes(Path.Combine(Out, name))));
        Assert.Equal("\u00e4", StateNodes.Value(host, "b"));
        foreach (string environment in imported.Environments)
        {
            ConfigurationVersion version = Assert.Single(await StateNodes.VersionsAsync(host, environment));
            Assert.Equal(("ann", "moving in", ConfigurationChangeSource.Import), (version.Author, version.Reason, version.Source));
        }

        Assert.Empty((await ImportAsync(host)).Documents);
        Assert.Empty((await StateNodes.Transfer(host).ExportAsync(Out, cancellationToken: Token)).Documents);
    }

    [Fact]
    public async Task Import_WouldOverwrite_IsRefusedUnlessAsked()
    {
        Write("production.yaml", "a: 1\nb: 1\n");
        Write("base.json", """{ "shared": 1 }""");
        IHost host = await _nodes.StartAsync();
        await ImportAsync(host);
        File.Delete(Path.Combine(In, "production.yaml"));
        Write("production.json", """{ "a": 2 }""");
        Write("base.json", """{ "shared": 2 }""");
        Write("staging.json", "{}");
        long revision = await RevisionAsync(host);

        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(() => ImportAsync(host));
        Assert.Contains("base.json, production.yaml already", error.Message, StringComparison.Ordinal);
        Assert.Equal(revision, await RevisionAsync(host));

        EnvironmentTransferResult result = await StateNodes.Transfer(host).ImportAsync(new EnvironmentImport(In, "bob", "again") { Overwrite = true }, Token);

        Assert.Equal(["base.json", "production.json", "production.yaml", "staging.json"], result.Documents);
        Assert.Null(await StateNodes.TextAsync(host, "production.yaml"));
        Assert.Equal(("2", "2", null), (StateNodes.Value(host, "a"), StateNodes.Value(host, "shared"), StateNodes.Value(host, "b")));
        Assert.Equal(["ann", "bob"], (await StateNodes.VersionsAsync(host)).Select(v => v.Author));
        Assert.Equal(revision + 1, await RevisionAsync(host));
    }

    [Fact]
    public async Task Import_DryRun_ChecksAndChangesNothing()
    {
        Write("production.json", """{ "a": 1 }""");
        IHost host = await _nodes.StartAsync();
        long revision = await RevisionAsync(host);

        EnvironmentTransferResult result = await StateNodes.Transfer(host).ImportAsync(new EnvironmentImport(In, "ann", "look") { DryRun = true }, Token);

        Assert.Equal(["production.json"], result.Documents);
        Assert.Equal(revision, await RevisionAsync(host));
        Write("production.json", "{ broken");
        await Assert.ThrowsAsync<ConfigurationException>(
            () => StateNodes.Transfer(host).ImportAsync(new EnvironmentImport(In, "ann", "look") { DryRun = true }, Token));
    }

    [Theory]
    [InlineData("staging.json", "{ \"a\": 1, \"a\": 2 }", "state:staging.json:1")]
    [InlineData("schemas/a.json", "{ \"type\": \"string\" }", "state:production.json:1")]
    [InlineData("Staging.json", "{}", "Rename it")]
    [InlineData("production.yaml", "a: 1\n", "Two files claim the same layer")]
    public async Task Import_OfWhatIsNotValid_ChangesNothing(string file, string text, string message)
    {
        Write("production.json", """{ "a": 1 }""");
        Write(file, text);
        IHost host = await _nodes.StartAsync();
        long revision = await RevisionAsync(host);

        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(() => ImportAsync(host));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(revision, await RevisionAsync(host));
        Assert.Null(StateNodes.Value(host, "a"));
    }

    [Fact]
    public async Task Import_RulesSeeTheEnvironmentsAsTheyWillBe()
    {
        _nodes.Write("production.json", """{ "a": 1 }""").Write("staging.json", """{ "a": 1 }""");
        IHost host = await _nodes.StartAsync(configure: v => v.RequireSameKeys("staging", "production"));
        Write("staging.json", """{ "a": 1, "b": 1 }""");
        Write("production.json", """{ "a": 1, "c": 1 }""");

        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(() => OverwriteAsync());
        Assert.Contains("b", Assert.Single(error.Errors).ToString(), StringComparison.Ordinal);
        Write("production.json", """{ "a": 1, "b": 2 }""");
        await OverwriteAsync();

        Assert.Equal("2", StateNodes.Value(host, "b"));

        Task OverwriteAsync() => StateNodes.Transfer(host).ImportAsync(new EnvironmentImport(In, "ann", "new keys") { Overwrite = true }, Token);
    }

    [Fact]
    public async Task Export_OverOtherContent_IsRefusedUnlessAsked()
    {
        Write("production.json", """{ "a": 1 }""");
        IHost host = await _nodes.StartAsync();
        await ImportAsync(host);
        await StateNodes.SetAsync(host, "a", 2);

        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(() => StateNodes.Transfer(host).ExportAsync(In, cancellationToken: Token));
        Assert.Contains("production.json would be overwritten", error.Message, StringComparison.Ordinal);
        Assert.Equal("""{ "a": 1 }""", await File.ReadAllTextAsync(Path.Combine(In, "production.json"), Token));
        await StateNodes.Transfer(host).ExportAsync(In, overwrite: true, Token);

        Assert.Equal("""{ "a": 2 }""", await File.ReadAllTextAsync(Path.Combine(In, "production.json"), Token));
    }

    [Fact]
    public async Task Export_OfANameThatLeavesTheFolder_IsRefused()
    {
        IHost host = await _nodes.StartAsync();
        await host.Services.GetRequiredService<IStateStore>().CommitAsync(
            new StateTransaction().Put("environments/files/../evil.json", "{}"u8.ToArray()), Token);

        await Assert.ThrowsAsync<StateException>(() => StateNodes.Transfer(host).ExportAsync(Out, cancellationToken: Token));

        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public async Task Transfer_OfEnvironmentsThatAreFiles_IsRefused()
    {
        IHost host = await _nodes.StartAsync(options: o => o.Configuration.InStateStore = false);

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => ImportAsync(host));

        Assert.Contains("UseStateEnvironments", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seed_OfManyNodesAtOnce_IsImportedOnce()
    {
        _nodes.Write("production.json", """{ "a": 1 }""").Write("staging.json", "{}");

        IHost[] hosts = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => _nodes.StartAsync($"node{i}"), Token)));

        Assert.All(hosts, h => Assert.Equal("1", StateNodes.Value(h, "a")));
        Assert.Single(await StateNodes.VersionsAsync(hosts[0]));
        Assert.Single(_nodes.Logs.GetSnapshot(), l => l.Id.Id == 1015);
        await StateNodes.SetAsync(hosts[0], "a", 2);
        Assert.Equal("2", StateNodes.Value(await _nodes.StartAsync("late"), "a"));
    }

    [Fact]
    public async Task Import_ThenExport_OfWhateverFiles_GivesThemBack()
    {
        Gen<string> scalar = Gen.OneOf(Gen.Int[-1000, 1000].Select(i => $"{i}"), Any("\"x\"", "true", "null", "\"\u00e9\u4e2d\"", "[1, 2]"));
        Gen<string> space = Any("", " ", "\n", "\r\n", "\t", " /* c */ ", "\n// c\n");
        Gen<string> json = Gen.Select(Gen.Bool, space, Gen.Select(Gen.Int[0, 9], space, scalar).Array[0, 4], space, (mark, before, members, after) =>
            (mark ? "\uFEFF" : "") + before + "{" + string.Join(",", members.DistinctBy(m => m.Item1).Select(m => $"{m.Item2}\"k{m.Item1}\":{m.Item2}{m.Item3}"))
            + after + "}" + before);
        Gen<string> yaml = Gen.Select(Gen.Bool, scalar.Array[1, 4], Any("\n", "\r\n"), (mark, values, end) =>
            (mark ? "\uFEFF" : "") + string.Concat(values.Select((v, i) => $"k{i}: {v} # c{end}{end}")));
        Gen<(string Name, string Text)> file(string name) => Gen.OneOf(
            Gen.Select(Any(".json", ".jsonc"), json, (e, t) => (name + e, t)), Gen.Select(Any(".yaml", ".yml"), yaml, (e, t) => (name + e, t)));
        int run = 0;

        await Gen.Select(file("base"), file("production"), file("staging")).SampleAsync(
            async (shared, production, staging) =>
            {
                string name = $"run{Interlocked.Increment(ref run)}";
                using var folder = new TemporaryFolder();
                (string Name, string Text)[] files = [shared, production, staging];
                foreach ((string file, string text) in files)
                    folder.Write(file, text);
                await using StateNodes nodes = StateKind.Nodes(StateKind.Memory, folder);
                IHost host = await nodes.StartAsync(name);
                await StateNodes.Transfer(host).ImportAsync(new EnvironmentImport(folder.Root, "ann", "why"), Token);
                string target = folder.File("exported");
                await StateNodes.Transfer(host).ExportAsync(target, cancellationToken: Token);
                Assert.Equal(files.Select(f => f.Name).Order(StringComparer.Ordinal), Files(target));
                foreach ((string file, string text) in files)
                    Assert.Equal(Encoding.UTF8.GetBytes(text), await File.ReadAllBytesAsync(Path.Combine(target, file), Token));
            },
            iter: 60, threads: 1);
    }

    public async ValueTask DisposeAsync()
    {
        await _nodes.DisposeAsync();
        _folder.Dispose();
    }

    private static Gen<string> Any(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static string[] Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    private static async Task<long> RevisionAsync(IHost host) => await host.Services.GetRequiredService<IStateStore>().GetRevisionAsync(Token);

    private void Write(string file, string text) => _folder.Write(Path.Combine("in", file), text);

    private Task<EnvironmentTransferResult> ImportAsync(IHost host) =>
        StateNodes.Transfer(host).ImportAsync(new EnvironmentImport(In, "ann", "moving in"), Token);
}
