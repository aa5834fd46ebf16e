using System.Globalization;
using Varai.Configuration;

namespace Varai.Promotion.Planning;

/// <summary>What the recorded history of environments tells of keys.</summary>
internal sealed class VersionLookup(IEnvironmentConfiguration configuration)
{
    // Older changes of a key than this many versions back are not looked for.
    private const int MostVersions = 500;

    /// <summary>The newest recorded version.</summary>
    public async Task<ConfigurationVersion?> FindNewestAsync(string environment, CancellationToken cancellationToken)
    {
        await foreach (ConfigurationVersion version in configuration.GetHistoryAsync(environment, cancellationToken).ConfigureAwait(false))
            return version;
        return null;
    }

    /// <summary>Since when some components are as they are; null when what there is now is not recorded.</summary>
    public async Task<DateTimeOffset?> FindSinceAsync(
        string environment, string contentHash, IReadOnlyCollection<string> components, CancellationToken cancellationToken)
    {
        DateTimeOffset? since = null;
        int seen = 0;
        await foreach (ConfigurationVersion version in configuration.GetHistoryAsync(environment, cancellationToken).ConfigureAwait(false))
        {
            if (seen++ == 0 && version.ContentHash != contentHash)
                return null;
            since = version.Time;
            if (seen > MostVersions || version.Changes.Any(c => components.Any(name => IsAtOrBelow(c.Key, name))))
                break;
        }

        return since;
    }

    /// <summary>Who last changed each of some keys, and why.</summary>
    public async Task<Dictionary<string, string>> FindAuthorsAsync(
        string environment, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var authors = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        int seen = 0;
        await foreach (ConfigurationVersion version in configuration.GetHistoryAsync(environment, cancellationToken).ConfigureAwait(false))
        {
            foreach (string key in keys)
            {
                if (!authors.ContainsKey(key) && version.Changes.Any(c => IsAtOrBelow(c.Key, key) || IsAtOrBelow(key, c.Key)))
                    authors[key] = string.Create(CultureInfo.InvariantCulture, $"{version.Author} (version {version.Number}, {version.Time:u}: {version.Reason})");
            }

            if (authors.Count == keys.Count || ++seen > MostVersions)
                break;
        }

        return authors;
    }

    /// <summary>The version that a step of a promotion made.</summary>
    public async Task<ConfigurationVersion?> FindOperationAsync(
        string environment, string operation, long after, CancellationToken cancellationToken)
    {
        await foreach (ConfigurationVersion version in configuration.GetHistoryAsync(environment, cancellationToken).ConfigureAwait(false))
        {
            if (version.Number <= after)
                return null;
            if (version.Operation == operation)
                return version;
        }

        return null;
    }

    public static bool IsAtOrBelow(string key, string above) =>
        key.StartsWith(above, StringComparison.OrdinalIgnoreCase) && (key.Length == above.Length || key[above.Length] == ':');
}
