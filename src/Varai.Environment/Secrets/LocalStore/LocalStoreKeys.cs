using System.Security.Cryptography;

namespace Varai.Secrets.LocalStore;

/// <summary>Where the master key comes from: a key provider, else the environment, else the key file.</summary>
internal sealed class LocalStoreKeys(ISecretKeyProvider? provider, EnvironmentKeys current, EnvironmentKeys previous, Func<KeyFile?> findFile)
{
    private const int MaximumWrappedBytes = 16 * 1024;

    /// <summary>Encrypts a data key with the present master key, and makes the key file where there is none.</summary>
    public async ValueTask<WrappedDataKey> WrapAsync(DataKey key, string store, CancellationToken cancellationToken)
    {
        if (provider is not null)
            return await WrapByProviderAsync(provider, key, cancellationToken).ConfigureAwait(false);

        IReadOnlyList<MasterKey> keys = current.Read();
        if (keys.Count == 0)
        {
            KeyFile file = FileOrThrow();
            keys = file.Read();
            keys = keys.Count == 0 ? file.Create() : keys;
        }

        WrappedDataKey wrapped = keys[0].Wrap(key, store);
        Dispose(keys);
        return wrapped;
    }

    /// <summary>Decrypts a store's data key.</summary>
    /// <param name="header">The store's header.</param>
    /// <param name="cancellationToken">Cancels the call to a key provider.</param>
    /// <returns>The key, and whether the present master key made it; otherwise the previous one did.</returns>
    /// <exception cref="LocalStoreException">There is no key, another one, or the header is damaged.</exception>
    public async ValueTask<(DataKey Key, bool IsCurrent)> UnwrapAsync(LocalStoreHeader header, CancellationToken cancellationToken)
    {
        if (header.Key.By == WrappedDataKey.ByProvider)
            return (await UnwrapByProviderAsync(header, cancellationToken).ConfigureAwait(false), IsCurrent: true);

        IReadOnlyList<MasterKey> keys = provider is null ? ReadCurrent() : [];
        IReadOnlyList<MasterKey> earlier = previous.Read();
        try
        {
            if (keys.FirstOrDefault(key => key.Id == header.Key.Id) is { } master)
                return (Unwrap(master, header), IsCurrent: true);
            if (earlier.FirstOrDefault(key => key.Id == header.Key.Id) is { } former)
                return (Unwrap(former, header), IsCurrent: false);
            throw keys.Count + earlier.Count == 0 ? Missing(header.Key.Id) : Wrong(header.Key.Id, [.. keys, .. earlier]);
        }
        finally
        {
            Dispose(keys);
            Dispose(earlier);
        }
    }

    /// <summary>Makes a new master key the present one, where we keep it; a key of the environment or of a provider is not ours to change.</summary>
    public async ValueTask AddMasterAsync(CancellationToken cancellationToken)
    {
        if (provider is not null)
            return;
        IReadOnlyList<MasterKey> keys = current.Read();
        bool isOurs = keys.Count == 0;
        Dispose(keys);
        if (isOurs)
            await FileOrThrow().AddAsync(cancellationToken).ConfigureAwait(false);
    }

    private static DataKey Unwrap(MasterKey master, LocalStoreHeader header) => master.Unwrap(header.Key.Wrapped, header.Store)
        ?? throw new LocalStoreException($"its first line is damaged: the key {header.Key.Id} does not open it. {LocalStoreFormat.Cure}");

    private static void Dispose(IEnumerable<MasterKey> keys)
    {
        foreach (MasterKey key in keys)
            key.Dispose();
    }

    private IReadOnlyList<MasterKey> ReadCurrent()
    {
        IReadOnlyList<MasterKey> keys = current.Read();
        return keys.Count > 0 ? keys : findFile()?.Read() ?? [];
    }

    private KeyFile FileOrThrow() => findFile() ?? throw new LocalStoreException(
        "there is no place for its key: this user has no folder for application data. Set the environment variable "
        + $"{EnvironmentKeys.Current} or {EnvironmentKeys.Current}{EnvironmentKeys.FileSuffix}, or {KeyFileKey}.");

    private static string KeyFileKey => $"{SecretOptions.SectionName}:{nameof(SecretOptions.LocalStore)}:{nameof(LocalSecretStoreOptions.KeyFile)}";

    private LocalStoreException Missing(string id)
    {
        if (provider is not null)
        {
            return new LocalStoreException(
                $"it was made with the key {id}, and not by the key provider that is registered now. Give that key as {EnvironmentKeys.Previous}.");
        }

        string file = findFile() is { } keyFile ? $"{keyFile.Source} does not exist" : "there is no key file";
        return new LocalStoreException(
            $"it was made with the key {id}, and there is no key: {EnvironmentKeys.Current} and {EnvironmentKeys.Current}{EnvironmentKeys.FileSuffix} are not set, and {file}. "
            + "Put the key back: nobody can read the secrets without it. If they are not needed, delete the store's file.");
    }

    private static LocalStoreException Wrong(string id, IEnumerable<MasterKey> given) => new(
        $"it was made with the key {id}, but {string.Join(", ", given.Select(key => $"{key.Source} has the key {key.Id}"))}. "
        + $"Give the right key; where the key was replaced, give the earlier one as {EnvironmentKeys.Previous} or {EnvironmentKeys.Previous}{EnvironmentKeys.FileSuffix}.");

    private static async ValueTask<WrappedDataKey> WrapByProviderAsync(ISecretKeyProvider provider, DataKey key, CancellationToken cancellationToken)
    {
        byte[] lent = KeyBytes.Copy(key.Bytes.Span);
        try
        {
            string id = provider.KeyId;
            ReadOnlyMemory<byte> wrapped = await CallAsync(
                "encrypt", () => provider.WrapKeyAsync(lent, cancellationToken), cancellationToken).ConfigureAwait(false);
            if (string.IsNullOrEmpty(id) || wrapped.Length is 0 or > MaximumWrappedBytes)
                throw new LocalStoreException($"the key provider gave the key id '{id}' and {wrapped.Length} bytes; an id and 1 to {MaximumWrappedBytes} bytes are expected.");
            return new WrappedDataKey(WrappedDataKey.ByProvider, id, wrapped.ToArray());
        }
        finally
        {
            CryptographicOperations.ZeroMemory(lent);
        }
    }

    private async ValueTask<DataKey> UnwrapByProviderAsync(LocalStoreHeader header, CancellationToken cancellationToken)
    {
        if (provider is null)
        {
            throw new LocalStoreException(
                $"its key is kept by a key provider, as '{header.Key.Id}', and none is registered. Register it with UseSecretKeyProvider.");
        }

        using SecretValue key = await CallAsync(
            "decrypt", () => provider.UnwrapKeyAsync(header.Key.Id, header.Key.Wrapped, cancellationToken), cancellationToken).ConfigureAwait(false);
        return key.RevealBytes().Length == KeyBytes.Length
            ? DataKey.From(key.RevealBytes().Span, header.Store)
            : throw new LocalStoreException($"the key provider gave {key.RevealBytes().Length} bytes for the key '{header.Key.Id}'; {KeyBytes.Length} are expected.");
    }

    // What a foreign exception says may quote what its service answered.
    private static async ValueTask<T> CallAsync<T>(string operation, Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (SecretException e)
        {
            throw new LocalStoreException($"the key provider could not {operation} its key: {e.Message}", e.IsTransient);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new LocalStoreException($"the key provider could not {operation} its key: {e.GetType().Name}.", isTransient: true);
        }
    }
}
