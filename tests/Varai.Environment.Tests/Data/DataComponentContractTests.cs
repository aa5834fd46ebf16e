using Microsoft.Extensions.DependencyInjection;
using Varai.Data;
using Varai.Testing.Data;
using Varai.Tests.Promotion;

namespace Varai.Tests.Data;

public sealed class DataComponentContractTests : IDisposable
{
    private readonly DataWorld _world = new();
    private int _changes;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Files_PassTheContract()
    {
        _world.Write("a/b", "content");
        _world.Write("empty", "");
        Directory.CreateDirectory(Path.Combine(_world.Source, "nothing"));
        File.CreateSymbolicLink(Path.Combine(_world.Source, "link"), "a/b");

        await new DataComponentContract(_world.Files, "staging", "production", "nowhere", _ =>
        {
            _world.Write("a/b", new string('x', ++_changes));
            return Task.CompletedTask;
        }).RunAsync(Token);
    }

    [Fact]
    public async Task SqliteDatabase_PassesTheContract()
    {
        _world.Execute("staging", "CREATE TABLE a (id INTEGER PRIMARY KEY, text TEXT); CREATE INDEX i ON a (text); INSERT INTO a VALUES (1, 'x');");

        await new DataComponentContract(_world.Database, "staging", "production", "nowhere", _ =>
        {
            _world.Execute("staging", $"INSERT INTO a (text) VALUES ('{++_changes}')");
            return Task.CompletedTask;
        }).RunAsync(Token);
    }

    [Fact]
    public async Task Configuration_PassesTheContract()
    {
        await using PromotionHarness harness = new PromotionHarness().Environments("{}", """{ "a": { "x": 0 }, "b": [1] }""", """{ "c": 1 }""");
        await harness.StartAsync(configure: b => b.AddDataConfiguration());
        IDataComponent component = harness.Services.GetServices<IDataComponent>().Single();

        await new DataComponentContract(component, "staging", "production", "nowhere", _ => harness.EditAsync("staging", "a:x", $"{++_changes}")).RunAsync(Token);
    }
}
