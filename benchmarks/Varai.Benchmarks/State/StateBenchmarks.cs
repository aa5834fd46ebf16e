using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Varai.State;

namespace Varai.Benchmarks.State;

/// <summary>What the embedded store costs by operation; the claims are in <see cref="StateRatios"/>.</summary>
[MemoryDiagnoser]
public class StateBenchmarks
{
    private readonly byte[] _content = new byte[4096];
    private string _root = string.Empty;
    private SqliteStateStore? _store;

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _root = Path.Combine(Directory.GetCurrentDirectory(), $".varai-benchmark-{Guid.NewGuid():N}");
        _store = new SqliteStateStore(_root, new StateOptions(), TimeProvider.System, NullLogger<SqliteStateStore>.Instance);
        var transaction = new StateTransaction();
        for (int i = 0; i < 100; i++)
            transaction.Put($"document/{i}", _content);
        await _store.CommitAsync(transaction, default);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _store!.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Benchmark]
    public async Task<long> Get() => (await _store!.GetAsync("document/50", default))!.Version;

    [Benchmark]
    public async Task<int> List100()
    {
        int count = 0;
        await foreach (StateDocument document in _store!.ListAsync("document/", default))
            count += document.Content.Length;
        return count;
    }

    [Benchmark]
    public async Task<long> CommitOne()
    {
        _content.AsSpan().Fill((byte)(_content[0] + 1));
        return (await _store!.CommitAsync(new StateTransaction().Put("document/50", _content), default)).Revision;
    }

    [Benchmark]
    public async Task<long> CommitThreeAndAnEntry()
    {
        _content.AsSpan().Fill((byte)(_content[0] + 1));
        StateTransaction transaction = new StateTransaction()
            .Put("document/1", _content).Put("document/2", _content).Put("document/3", _content).Append("journal", _content);
        return (await _store!.CommitAsync(transaction, default)).Revision;
    }
}
