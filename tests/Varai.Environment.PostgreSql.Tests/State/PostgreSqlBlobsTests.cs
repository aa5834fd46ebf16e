using Varai.PostgreSql.State;
using Varai.PostgreSql.Tests.Server;
using Varai.State;

namespace Varai.PostgreSql.Tests.State;

/// <summary>Alone, because what is held in memory is counted for the whole process.</summary>
[CollectionDefinition(nameof(PostgreSqlBlobsTests), DisableParallelization = true)]
[Collection(nameof(PostgreSqlBlobsTests))]
public sealed class PostgreSqlBlobsTests(PostgreSqlServer server) : IAsyncLifetime
{
    private readonly string _schema = PostgreSqlServer.NewSchema();
    private PostgreSqlStateStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        server.Require();
        _store = Nodes.Open(server.ConnectionString(), _schema);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _store?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Theory]
    [InlineData(10, 0)]
    [InlineData(600_000, 0)]
    [InlineData(600_000, 2)]
    public async Task Read_of_a_damaged_blob_throws_before_the_last_bytes(int size, int chunk)
    {
        byte[] content = Random.Shared.GetItems("abcdef"u8, size);
        BlobId id = await _store.Blobs.PutAsync(content, Token);
        await server.ExecuteAsync($"UPDATE \"{_schema}\".chunks SET content = set_byte(content, 5, 0) WHERE ordinal = $1", Token, (long)chunk);
        await using Stream stream = (await _store.Blobs.OpenReadAsync(id, Token))!;
        using var read = new MemoryStream();
        StateException error = await Assert.ThrowsAsync<StateException>(() => stream.CopyToAsync(read, Token));
        Assert.Contains("is damaged", error.Message, StringComparison.Ordinal);
        Assert.True(read.Length < size);
    }

    [Fact]
    public async Task Read_of_a_blob_that_is_deleted_meanwhile_says_so()
    {
        BlobId id = await _store.Blobs.PutAsync(new byte[600_000], Token);
        await using Stream stream = (await _store.Blobs.OpenReadAsync(id, Token))!;
        await stream.ReadExactlyAsync(new byte[1000], Token);
        Assert.True(await _store.Blobs.DeleteAsync(id, Token));
        StateException error = await Assert.ThrowsAsync<StateException>(() => stream.CopyToAsync(Stream.Null, Token));
        Assert.Contains("was deleted while it was read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_works_for_readers_that_do_not_wait()
    {
        byte[] content = Random.Shared.GetItems("abcdef"u8, 600_000);
        BlobId id = await _store.Blobs.PutAsync(content, Token);
        await using Stream stream = (await _store.Blobs.OpenReadAsync(id, Token))!;
        byte[] read = await Task.Run(
            () =>
            {
                using var copy = new MemoryStream();
                stream.CopyTo(copy);
                return copy.ToArray();
            },
            Token);
        Assert.Equal(content, read);
    }

    [Fact]
    public async Task Uploads_that_stood_still_for_a_day_are_removed_and_refused()
    {
        await _store.GetRevisionAsync(Token);
        object abandoned = (await server.ExecuteAsync(
            $"INSERT INTO \"{_schema}\".blobs (hash, length, touched) VALUES (NULL, 0, now() - interval '25 hours') RETURNING id", Token))!;
        await server.ExecuteAsync($"INSERT INTO \"{_schema}\".chunks VALUES ($1, 0, 'x')", Token, abandoned);
        await _store.Blobs.PutAsync(new byte[600_000], Token);
        Assert.Equal(0L, await server.ExecuteAsync($"SELECT count(*) FROM \"{_schema}\".chunks WHERE blob = $1", Token, abandoned));

        await using var source = new InterruptedStream(new byte[900_000], () => server.ExecuteAsync($"DELETE FROM \"{_schema}\".blobs WHERE hash IS NULL", Token));
        StateException error = await Assert.ThrowsAsync<StateException>(() => _store.Blobs.PutAsync(source, Token));
        Assert.Contains("was removed as abandoned", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Large_blob_never_lies_in_memory_as_a_whole()
    {
        const int Chunks = 256;
        await using var source = new InterruptedStream(new byte[Chunks * PostgreSqlBlobs.ChunkSize], () => Task.CompletedTask);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        BlobId id = await _store.Blobs.PutAsync(source, Token);
        await using Stream stream = (await _store.Blobs.OpenReadAsync(id, Token))!;
        byte[] buffer = new byte[64 * 1024];
        long read = 0;
        long largest = 0;
        while (await stream.ReadAsync(buffer, Token) is var count and > 0)
        {
            read += count;
            if (read % (32 * PostgreSqlBlobs.ChunkSize) == 0)
                largest = Math.Max(largest, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        Assert.Equal((long)Chunks * PostgreSqlBlobs.ChunkSize, read);

        // 64 MiB were read.
        Assert.InRange(largest, long.MinValue, 32L * 1024 * 1024);
    }

    /// <summary>Gives some of its bytes, lets something happen, and gives the rest.</summary>
    private sealed class InterruptedStream(byte[] content, Func<Task> happen) : MemoryStream(content, writable: false)
    {
        private bool _hasHappened;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position >= 2 * PostgreSqlBlobs.ChunkSize && !_hasHappened)
            {
                _hasHappened = true;
                await happen();
            }

            return Read(buffer.Span);
        }
    }
}
