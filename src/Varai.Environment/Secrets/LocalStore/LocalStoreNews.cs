namespace Varai.Secrets.LocalStore;

/// <summary>Finds which secrets have changed since it was last asked, so that a write outdates no other secret.</summary>
internal sealed class LocalStoreNews
{
    private Known? _told;

    /// <summary>Remembers what the first reader has seen; null when there was no store.</summary>
    public void Begin(LocalStoreContent? content) => Interlocked.CompareExchange(ref _told, new Known(content), null);

    /// <summary>The names whose current version is another than before; null when that is not known.</summary>
    public IReadOnlyCollection<string>? Next(LocalStoreContent? content)
    {
        if (Interlocked.Exchange(ref _told, new Known(content)) is not { } told)
            return null;
        var before = VersionsOf(told.Content);
        var now = VersionsOf(content);
        return [.. before.Except(now).Concat(now.Except(before)).Select(version => version.Name).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Forgets what was told, because what is there now can't be read.</summary>
    public void Lose() => Interlocked.Exchange(ref _told, null);

    private static List<(string Store, string Name, long Version, DateTimeOffset Created)> VersionsOf(LocalStoreContent? content) =>
        content is null ? [] : [.. content.Secrets.Values.Select(versions => (content.Header.Store, versions[^1].Name, versions[^1].Version, versions[^1].Created))];

    private sealed record Known(LocalStoreContent? Content);
}
