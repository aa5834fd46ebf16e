namespace Varai.Secrets.LocalStore;

/// <summary>What the store holds, encrypted. Immutable.</summary>
/// <param name="Header">The first line of its file.</param>
/// <param name="Key">The data key.</param>
/// <param name="Secrets">The versions of each secret, the current one last.</param>
internal sealed record LocalStoreContent(LocalStoreHeader Header, DataKey Key, IReadOnlyDictionary<string, LocalStoreEntry[]> Secrets)
{
    public LocalStoreContent Set(string name, SecretValue value, DateTimeOffset now, int maxVersions)
    {
        LocalStoreHeader header = Header with { Revision = Header.Revision + 1 };
        LocalStoreEntry[] before = Secrets.GetValueOrDefault(name) ?? [];
        LocalStoreEntry entry = Key.Encrypt(name, header.Revision, now, value.RevealBytes().Span);
        return this with { Header = header, Secrets = new Dictionary<string, LocalStoreEntry[]>(Secrets) { [name] = [.. before.TakeLast(maxVersions - 1), entry] } };
    }

    /// <summary>The content without a secret; null when it had none of that name.</summary>
    public LocalStoreContent? Delete(string name)
    {
        if (!Secrets.ContainsKey(name))
            return null;
        var left = new Dictionary<string, LocalStoreEntry[]>(Secrets);
        left.Remove(name);
        return this with { Header = Header with { Revision = Header.Revision + 1 }, Secrets = left };
    }

    /// <summary>The same secrets under another data key.</summary>
    /// <exception cref="LocalStoreException">One of them can't be read.</exception>
    public LocalStoreContent Reencrypt(DataKey key, WrappedDataKey wrapped) => new(
        Header with { Revision = Header.Revision + 1, Key = wrapped },
        key,
        Secrets.ToDictionary(secret => secret.Key, secret => Array.ConvertAll(secret.Value, entry => Reencrypt(entry, key))));

    /// <summary>A version's value.</summary>
    /// <exception cref="LocalStoreException">It is not what was written.</exception>
    public SecretValue Decrypt(LocalStoreEntry entry) => Key.Decrypt(entry) ?? throw new LocalStoreException(
        $"the entry '{entry.Name}', version {entry.Version}, is damaged. {LocalStoreFormat.Cure}");

    private LocalStoreEntry Reencrypt(LocalStoreEntry entry, DataKey key)
    {
        using SecretValue value = Decrypt(entry);
        return key.Encrypt(entry.Name, entry.Version, entry.Created, value.RevealBytes().Span);
    }
}
