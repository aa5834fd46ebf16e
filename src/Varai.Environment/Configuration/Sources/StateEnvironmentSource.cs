using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Varai.Configuration.Documents;
using Varai.Configuration.History;
using Varai.State;

namespace Varai.Configuration.Sources;

/// <summary>The documents as documents of the state store, byte for byte. Readings see one consistent set in memory, which
/// <see cref="RefreshAsync"/> replaces: nobody waits for the store to read a value.</summary>
/// <remarks>Every change replaces the head document at the version it was planned on, so that of two changes planned on the
/// same documents one is refused, whichever nodes made them.</remarks>
internal sealed class StateEnvironmentSource : IEnvironmentSource, IDisposable
{
    public const string Prefix = "environments/";
    public const string HeadKey = Prefix + "head";
    public const string FilesPrefix = Prefix + "files/";
    private const string DisplayPrefix = "state:";
    private const string Format = "1";

    private static readonly SavedFile Plain = new(null, HasMark: false);
    private static readonly SavedFile Marked = new(null, HasMark: true);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly AsyncLocal<StateDocuments?> _pinned = new();
    private volatile StateDocuments _current = StateDocuments.Empty;
    private volatile Func<IStateStore>? _store;

    // A path of no file: schemas refer to each other by it.
    public string Root { get; } = Path.GetFullPath(Path.DirectorySeparatorChar + "state");

    public string DisplayPath => "the state store";

    public bool Exists => true;

    public bool HasLocalLayer => false;

    /// <summary>The documents that readings see.</summary>
    public StateDocuments Current => _pinned.Value ?? _current;

    private IStateStore Store => _store?.Invoke()
        ?? throw new InvalidOperationException("The environments lie in the state store, which can be read only once the host is built.");

    /// <summary>Gives access to the store, once there is a container that can make it.</summary>
    public void Attach(Func<IStateStore> store) => _store = store;

    public string Display(string path) => DisplayPrefix + NameOf(path);

    public string NameOf(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    public string PathOf(string name) => Path.Combine(Root, name.Replace('/', Path.DirectorySeparatorChar));

    public IEnumerable<string> List(string? folder = null)
    {
        string prefix = folder is null ? "" : folder + "/";
        return Current.Names
            .Where(n => n.StartsWith(prefix, StringComparison.Ordinal) && !n.AsSpan(prefix.Length).Contains('/'))
            .Select(PathOf);
    }

    public bool Contains(string path) => Current.Contents.ContainsKey(NameOf(path));

    public bool IsFile(string path) => Contains(path);

    public ConfigurationFile? Read(string path, DocumentLimits limits, List<ConfigurationError> errors)
    {
        if (ReadBytes(path) is { } content)
            return ConfigurationFileReader.FromBytes(content, Display(path), limits, errors);
        errors.Add(new ConfigurationError("the document does not exist", new ConfigurationOrigin(Display(path), 0, 0), "") { Check = DocumentReader.Check });
        return null;
    }

    public byte[]? ReadBytes(string path) => Current.Contents.GetValueOrDefault(NameOf(path));

    public SavedFile Describe(string path) => ReadBytes(path).AsSpan().StartsWith("\uFEFF"u8) ? Marked : Plain;

    /// <summary>Lets everything that the caller does next, and nobody else, see other documents, until it is disposed.</summary>
    public IDisposable Pin(StateDocuments documents)
    {
        _pinned.Value = documents;
        return new Unpin(_pinned);
    }

    /// <summary>Puts documents in place that did not come from the store just now.</summary>
    public void Begin(StateDocuments documents) => _current = documents;

    public async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        // One at a time, so that an older reading never takes the place of a newer one.
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _current = await ReadAsync(Store, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Commits a change of documents, with what the caller has put into the transaction, as one.</summary>
    /// <param name="before">The documents that the change was planned on.</param>
    /// <param name="changes">New content by name; <see langword="null"/> removes a document.</param>
    /// <param name="transaction">Takes the change.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StateConflictException">Somebody was faster; nothing is changed.</exception>
    /// <exception cref="ConfigurationException">A document is larger than the store takes.</exception>
    public async Task CommitAsync(
        StateDocuments before, IReadOnlyDictionary<string, byte[]?> changes, StateTransaction transaction, CancellationToken cancellationToken)
    {
        transaction.Put(HeadKey, WriteHead(before.Changes + 1), before.Version);
        foreach ((string name, byte[]? content) in changes)
        {
            if (content is null)
                transaction.Delete(FilesPrefix + name);
            else
                transaction.Put(FilesPrefix + name, content);
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            StateCommit commit = await Store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
            _current = before.With(changes, commit.Changes.First(c => c.Name == HeadKey).Version);
        }
        catch (ArgumentException e)
        {
            throw new ConfigurationException($"The documents of the environments can't be changed: {e.Message}", [], e);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private static async Task<StateDocuments> ReadAsync(IStateStore store, CancellationToken cancellationToken)
    {
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        (long version, long changes) = (0, 0);

        // One listing, so that all of it is as of one commit.
        await foreach (StateDocument document in store.ListAsync(Prefix, cancellationToken).ConfigureAwait(false))
        {
            if (document.Key == HeadKey)
                (version, changes) = (document.Version, ReadHead(document.Content.Span));
            else if (document.Key.StartsWith(FilesPrefix, StringComparison.Ordinal))
                contents[document.Key[FilesPrefix.Length..]] = document.Content.ToArray();
        }

        return new StateDocuments(contents.ToFrozenDictionary(StringComparer.Ordinal), version, changes);
    }

    private static byte[] WriteHead(long changes) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Format} {changes}"));

    private static long ReadHead(ReadOnlySpan<byte> content) =>
        Encoding.ASCII.GetString(content).Split(' ') is [Format, var changes] && long.TryParse(changes, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            ? count
            : throw new StateException(
                $"The environments in the state store are in a format that this version of the library does not know ('{HeadKey}'); a newer one may have written them.");

    private sealed class Unpin(AsyncLocal<StateDocuments?> pinned) : IDisposable
    {
        public void Dispose() => pinned.Value = null;
    }
}
