using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Varai.Data;

namespace Contoso.Extensions;

/// <summary>A stranger's data component: books on shelves, in memory.</summary>
internal sealed class Shelf : IDataComponent
{
    private readonly ConcurrentDictionary<string, Dictionary<string, byte[]>> _books = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, bool> _restoring = new(StringComparer.OrdinalIgnoreCase);

    public string Name => "shelf";

    /// <summary>Whether a restore writes at once what it is given, as a careless one would.</summary>
    public bool IsCareless { get; init; }

    public Dictionary<string, byte[]> this[string environment] => _books.GetOrAdd(environment, static _ => []);

    public Task<IDataCapture> CaptureAsync(DataCaptureRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IDataCapture>(new Capture(new Dictionary<string, byte[]>(Require(request.Environment), StringComparer.Ordinal)));
    }

    public Task<IDataRestore> RestoreAsync(DataRestoreRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Require(request.Environment);
        return _restoring.TryAdd(request.Environment, value: true)
            ? Task.FromResult<IDataRestore>(new Restore(this, request))
            : throw new DataComponentException(Name, "Somebody else is restoring it.") { IsTransient = true };
    }

    public Task<IReadOnlyList<DataFingerprint>> FingerprintAsync(string environment, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var sum = new RowFingerprint();
        foreach ((string title, byte[] text) in Require(environment))
            sum.Add(System.Text.Encoding.UTF8.GetBytes($"{title}\0{Convert.ToHexString(SHA256.HashData(text))}"));
        return Task.FromResult<IReadOnlyList<DataFingerprint>>([new(".", sum.Rows, sum.ToString())]);
    }

    private Dictionary<string, byte[]> Require(string environment) => _books.TryGetValue(environment, out Dictionary<string, byte[]>? books)
        ? books
        : throw new DataComponentException(Name, $"There is no shelf in '{environment}'.");

    private sealed class Capture(Dictionary<string, byte[]> books) : IDataCapture
    {
        public DataManifest Manifest { get; } = new("shelf", "shelf/1", DateTimeOffset.UnixEpoch, IsSnapshot: true, books.Count, books.Values.Sum(static b => b.Length));

        public async IAsyncEnumerable<DataItem> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach ((string title, byte[] text) in books)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return new DataItem(title, DataItemKind.File) { Length = text.Length };
            }

            await Task.CompletedTask;
        }

        public Task<Stream> OpenAsync(DataItem item, CancellationToken cancellationToken) => Task.FromResult<Stream>(new MemoryStream(books[item.Name]));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Restore(Shelf shelf, DataRestoreRequest request) : IDataRestore
    {
        private readonly Dictionary<string, byte[]> _written = new(StringComparer.Ordinal);
        private bool _isDisposed;

        public int MaximumParallelism => 1;

        public ValueTask<DataItemResult?> FindAsync(DataItem item, DataItemResult? earlier, CancellationToken cancellationToken) => new((DataItemResult?)null);

        public async Task<DataItemResult> WriteAsync(DataItem item, Stream content, CancellationToken cancellationToken)
        {
            using var text = new MemoryStream();
            await content.CopyToAsync(text, cancellationToken);
            (shelf.IsCareless ? shelf[request.Environment] : _written)[item.Name] = text.ToArray();
            return new DataItemResult(item, DataItemOutcome.Copied, text.Length);
        }

        public Task<DataRestoreResult> CommitAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Dictionary<string, byte[]> present = shelf[request.Environment];
            foreach ((string title, byte[] text) in request.DeleteMissing ? [] : present.Where(p => !_written.ContainsKey(p.Key)))
                _written[title] = text;
            shelf._books[request.Environment] = _written;
            return Task.FromResult(new DataRestoreResult(HasChanged: true));
        }

        public ValueTask DisposeAsync()
        {
            if (!_isDisposed)
                shelf._restoring.TryRemove(request.Environment, out _);
            _isDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
