namespace Varai.Secrets;

/// <summary>Reads many secrets from the providers of one path.</summary>
internal static class SecretBatch
{
    /// <returns>Those that were found and that no provider before could have held.</returns>
    public static async Task<IReadOnlyList<Secret>> ReadAsync(SecretPath path, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var found = new List<Secret>();
        // By what the providers know them by.
        Dictionary<string, string> open = [];
        foreach (string name in names)
        {
            if (path.Strip(name) is { } stripped)
                open[stripped] = name;
        }

        foreach (SecretProviderCalls provider in path.Providers)
        {
            if (provider.CanReadMany && open.Count > 1 && !await TakeManyAsync(provider, path, open, found, cancellationToken).ConfigureAwait(false))
                break;
            await TakeSinglyAsync(provider, path, open, found, cancellationToken).ConfigureAwait(false);
        }

        return found;
    }

    private static async Task<bool> TakeManyAsync(
        SecretProviderCalls provider, SecretPath path, Dictionary<string, string> open, List<Secret> found, CancellationToken cancellationToken)
    {
        IReadOnlyList<Secret> secrets;
        try
        {
            secrets = await provider.ReadManyAsync([.. open.Keys], cancellationToken).ConfigureAwait(false);
        }
        catch (SecretProviderException)
        {
            // It is in log and health; who reads these names one by one hears of it.
            return false;
        }

        foreach (Secret secret in secrets)
        {
            if (open.Remove(secret.Name, out string? name))
                found.Add(path.Rename(secret, name));
        }

        return true;
    }

    private static async Task TakeSinglyAsync(
        SecretProviderCalls provider, SecretPath path, Dictionary<string, string> open, List<Secret> found, CancellationToken cancellationToken)
    {
        (string Stripped, Secret? Secret, bool HasFailed)[] answers = await Task.WhenAll(open.Select(async pair =>
        {
            try
            {
                Secret? secret = await provider.ReadAsync(new SecretRequest(pair.Key), pair.Value, cancellationToken).ConfigureAwait(false);
                return (pair.Key, secret, HasFailed: false);
            }
            catch (SecretProviderException)
            {
                return (pair.Key, null, HasFailed: true);
            }
        })).ConfigureAwait(false);

        foreach ((string stripped, Secret? secret, bool hasFailed) in answers)
        {
            if (secret is not null)
                found.Add(path.Rename(secret, open[stripped]));
            if (secret is not null || hasFailed)
                open.Remove(stripped);
        }
    }
}
