using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Varai.Secrets.LocalStore;

/// <summary>Keeps secrets in one encrypted file beside the service: the store that is there without any server.</summary>
/// <remarks>
/// Each version of a secret is encrypted by itself (AES-256-GCM), bound to the store, its name and its number; the file as a whole is
/// authenticated, so that no entry can be removed or put back unnoticed. Names, numbers and times are in clear. What was read is kept in
/// memory as it is on disk and decrypted for each read, which needs no waiting unless a key provider has to be asked. Writers of all processes
/// take turns, and each begins with what is on disk. Nothing is made on disk before the first write.
/// </remarks>
internal sealed class LocalSecretProvider : ISecretProvider, ISecretWriter, ISecretLister, ISecretChangeNotifier, ILocalSecretKeys, IDisposable
{
    public const string ProviderName = "local";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly LocalStoreFile _file;
    private readonly LocalStoreKeys _keys;
    private readonly int _maxVersions;
    private readonly TimeProvider _time;
    private readonly ILogger<LocalSecretProvider> _logger;
    private readonly SecretSubscribers _subscribers;
    private readonly ConcurrentBag<DataKey> _dataKeys = [];
    private readonly LocalStoreNews _news = new();
    private LoadedStore? _loaded;

    public LocalSecretProvider(string path, int maxVersions, LocalStoreKeys keys, TimeProvider time, ILogger<LocalSecretProvider> logger)
    {
        _file = new LocalStoreFile(path);
        _keys = keys;
        _maxVersions = maxVersions;
        _time = time;
        _logger = logger;
        _subscribers = new SecretSubscribers(
            () => new FolderWatcher(_file.Folder, Path.GetFileName(_file.FullPath), recursive: false, logger, _ => OnFileChanged()));
    }

    public string Name => ProviderName;

    public async ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return await GuardAsync("read", request.Name, () => FindAsync(request, cancellationToken)).ConfigureAwait(false);
    }

    public async ValueTask<string?> SetAsync(string name, SecretValue value, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(value);
        SecretName.ThrowIfInvalid(name);
        if (value.RevealBytes().Length > SecretFileReader.MaximumBytes)
        {
            throw new SecretProviderException(
                Name, "write", name, $"the value has {value.RevealBytes().Length} bytes; at most {SecretFileReader.MaximumBytes} are allowed.");
        }

        LocalStoreContent? written = await ChangeAsync(
            "write", name, content => content.Set(name, value, _time.GetUtcNow(), _maxVersions), cancellationToken).ConfigureAwait(false);
        return ToVersion(written!.Secrets[name][^1]);
    }

    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        SecretName.ThrowIfInvalid(name);
        cancellationToken.ThrowIfCancellationRequested();
        return await ExistsAsync("delete", name).ConfigureAwait(false)
            && await ChangeAsync("delete", name, content => content.Delete(name), cancellationToken).ConfigureAwait(false) is not null;
    }

    public async IAsyncEnumerable<SecretInfo> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LocalStoreContent? content = await GuardAsync("list", prefix ?? "*", () => LoadAsync(cancellationToken)).ConfigureAwait(false);
        foreach ((string name, LocalStoreEntry[] versions) in content?.Secrets ?? new Dictionary<string, LocalStoreEntry[]>())
        {
            if (prefix is null || name.StartsWith(prefix, StringComparison.Ordinal))
                yield return new SecretInfo(name, Name) { Version = ToVersion(versions[^1]), ChangedAt = versions[^1].Created };
        }
    }

    public IDisposable Subscribe(Action<string?> changed) => _subscribers.Add(changed);

    public async ValueTask RotateAsync(CancellationToken cancellationToken)
    {
        const string Operation = "rotate the key of";
        if (await ExistsAsync(Operation, _file.FullPath).ConfigureAwait(false))
            await ChangeAsync(Operation, _file.FullPath, content => content, cancellationToken, rotate: true).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _subscribers.Dispose();
        Volatile.Write(ref _loaded, null);
        while (_dataKeys.TryTake(out DataKey? key))
            key.Dispose();
    }

    private static string ToVersion(LocalStoreEntry entry) => entry.Version.ToString(CultureInfo.InvariantCulture);

    private async ValueTask<Secret?> FindAsync(SecretRequest request, CancellationToken cancellationToken)
    {
        LocalStoreContent? content = await LoadAsync(cancellationToken).ConfigureAwait(false);
        if (content is null || !content.Secrets.TryGetValue(request.Name, out LocalStoreEntry[]? versions))
            return null;
        LocalStoreEntry? entry = request.Version is null ? versions[^1] : Array.Find(versions, version => ToVersion(version) == request.Version);
        return entry is null
            ? null
            : new Secret(request.Name, content.Decrypt(entry), Name) { Version = ToVersion(entry), CreatedAt = entry.Created };
    }

    private void OnFileChanged()
    {
        if (FindNews() is { } names)
        {
            foreach (string name in names)
                _subscribers.Notify(name);
        }
        else
        {
            _subscribers.Notify(null);
        }
    }

    /// <summary>The names that have changed in the file; null when any may have, because it can't be read without waiting for its key.</summary>
    private IReadOnlyCollection<string>? FindNews()
    {
        try
        {
            if (_file.Read() is not var (bytes, _))
                return _news.Next(null);
            LocalStoreHeader header = LocalStoreFormat.ReadHeader(bytes);
            if (Volatile.Read(ref _loaded)?.Content is { } known && known.Header.Store == header.Store && header.Key.IsSame(known.Header.Key))
                return _news.Next(LocalStoreFormat.Read(bytes, header, known.Key));
        }
        catch (Exception e) when (e is LocalStoreException or IOException or UnauthorizedAccessException)
        {
            // The reads that follow report it.
        }

        _news.Lose();
        return null;
    }

    /// <summary>What is on disk now; null when there is no store.</summary>
    private async ValueTask<LocalStoreContent?> LoadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LoadedStore? known = Volatile.Read(ref _loaded);
        if (_file.FindStamp() is not { } stamp)
        {
            _news.Begin(null);
            return null;
        }

        if (known?.Stamp == stamp)
            return known.Content;

        LoadedStore? loaded = await ReadAsync(cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _loaded, loaded);
        _news.Begin(loaded?.Content);
        if (loaded is { IsCurrent: false })
            await ReplaceKeyAsync(cancellationToken).ConfigureAwait(false);
        return loaded?.Content;
    }

    private async ValueTask<LoadedStore?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_file.Read() is not var (bytes, stamp))
            return null;

        LocalStoreHeader header = LocalStoreFormat.ReadHeader(bytes);
        LoadedStore? known = Volatile.Read(ref _loaded);
        if (known?.Content.Header is { } before && before.Store == header.Store && before.Key.IsSame(header.Key))
            return new LoadedStore(LocalStoreFormat.Read(bytes, header, known.Content.Key), stamp, known.IsCurrent);

        (DataKey key, bool isCurrent) = await _keys.UnwrapAsync(header, cancellationToken).ConfigureAwait(false);
        try
        {
            var loaded = new LoadedStore(LocalStoreFormat.Read(bytes, header, key), stamp, isCurrent);
            _dataKeys.Add(key);
            return loaded;
        }
        catch (LocalStoreException)
        {
            // A damaged file is read again and again.
            key.Dispose();
            throw;
        }
    }

    /// <summary>Encrypts a store anew that the previous master key made. Reading goes on without, where that is not possible.</summary>
    private async ValueTask ReplaceKeyAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Another process that holds the lock does the same, or will.
            using FileLock? locked = FileLock.TryAcquire(_file.LockPath);
            if (locked is not null)
                await ChangeLockedAsync(content => content, rotate: false, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LocalStoreException)
        {
            _logger.LocalStoreKeyNotReplaced(_file.FullPath, e.Message);
        }
    }

    private ValueTask<LocalStoreContent?> ChangeAsync(
        string operation, string name, Func<LocalStoreContent, LocalStoreContent?> change, CancellationToken cancellationToken, bool rotate = false) =>
        GuardAsync(operation, name, () => new ValueTask<LocalStoreContent?>(Task.Run(
            async () =>
            {
                PrivateFolder.Create(_file.Folder);
                using FileLock locked = await FileLock.AcquireAsync(_file.LockPath, Patience, _time, cancellationToken).ConfigureAwait(false)
                    ?? throw new LocalStoreException($"another process has been changing it for {Patience.TotalSeconds} seconds. Nothing was changed; try again.", isTransient: true);
                return await ChangeLockedAsync(change, rotate, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken)));

    private async Task<LocalStoreContent?> ChangeLockedAsync(
        Func<LocalStoreContent, LocalStoreContent?> change, bool rotate, CancellationToken cancellationToken)
    {
        ReplacedFile.DeleteLeftovers(_file.FullPath);
        LoadedStore? before = await ReadAsync(cancellationToken).ConfigureAwait(false);
        _news.Begin(before?.Content);
        if (rotate)
            await _keys.AddMasterAsync(cancellationToken).ConfigureAwait(false);
        bool newKey = rotate || before is { IsCurrent: false };
        LocalStoreContent content = before is null ? await CreateAsync(cancellationToken).ConfigureAwait(false)
            : newKey ? await ReencryptAsync(before.Content, cancellationToken).ConfigureAwait(false)
            : before.Content;
        LocalStoreContent? after = change(content);
        if (after is null)
            return null;

        ReadOnlyMemory<byte> bytes = LocalStoreFormat.Write(after);
        cancellationToken.ThrowIfCancellationRequested();
        FileStamp stamp = _file.Write(bytes.Span, before?.Stamp);
        Volatile.Write(ref _loaded, new LoadedStore(after, stamp, IsCurrent: true));
        if (newKey)
            _logger.LocalStoreKeyReplaced(_file.FullPath, after.Header.Key.Id, before!.Content.Header.Key.Id);
        return after;
    }

    private async ValueTask<LocalStoreContent> CreateAsync(CancellationToken cancellationToken)
    {
        string store = RandomNumberGenerator.GetHexString(32, lowercase: true);
        DataKey key = NewKey(store);
        WrappedDataKey wrapped = await _keys.WrapAsync(key, store, cancellationToken).ConfigureAwait(false);
        return new LocalStoreContent(
            new LocalStoreHeader(LocalStoreFormat.Version, store, Revision: 0, wrapped), key, new Dictionary<string, LocalStoreEntry[]>());
    }

    private async ValueTask<LocalStoreContent> ReencryptAsync(LocalStoreContent content, CancellationToken cancellationToken)
    {
        DataKey key = NewKey(content.Header.Store);
        return content.Reencrypt(key, await _keys.WrapAsync(key, content.Header.Store, cancellationToken).ConfigureAwait(false));
    }

    private DataKey NewKey(string store)
    {
        DataKey key = DataKey.Create(store);
        _dataKeys.Add(key);
        return key;
    }

    private ValueTask<bool> ExistsAsync(string operation, string name) =>
        GuardAsync(operation, name, () => new ValueTask<bool>(_file.FindStamp() is not null));

    private async ValueTask<T> GuardAsync<T>(string operation, string name, Func<ValueTask<T>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (LocalStoreException e)
        {
            throw Trouble(e.Message, e.IsTransient);
        }
        catch (UnauthorizedAccessException e)
        {
            throw Trouble($"access was denied: {e.Message} Check owner and mode.", isTransient: false);
        }
        catch (IOException e)
        {
            throw Trouble(e.Message, isTransient: true);
        }

        SecretProviderException Trouble(string reason, bool isTransient) =>
            new(Name, operation, name, $"the store '{_file.FullPath}' can't be used: {reason}") { IsTransient = isTransient };
    }

    private sealed record LoadedStore(LocalStoreContent Content, FileStamp Stamp, bool IsCurrent);
}
