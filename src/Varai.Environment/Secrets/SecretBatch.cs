namespace Varai.Secrets;

/// <summary>Reads many secrets with few calls, from the providers that can do that.</summary>
/// <param name="providers">The providers in the order they are asked.</param>
/// <param name="timeout">How long one call may take.</param>
/// <param name="time">What that is measured with.</param>
/// <param name="asks">Whether a provider is asked for a name; null when each is asked for every name.</param>
internal sealed class SecretBatch(
    IReadOnlyList<ISecretProvider> providers, TimeSpan timeout, TimeProvider time, Func<ISecretProvider, string, bool>? asks = null)
{
    public bool IsOfUse => providers.Any(provider => provider is ISecretBatchReader);

    /// <summary>What was found. A name that is left out has to be read by itself: it is missing, or its provider failed, and only such a
    /// read says which, repeats what is worth repeating and passes over whom it may.</summary>
    public async Task<IReadOnlyDictionary<string, Secret>> ReadManyAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, Secret>(StringComparer.Ordinal);
        HashSet<string> open = new(names, StringComparer.Ordinal);
        int last = providers.ToList().FindLastIndex(provider => provider is ISecretBatchReader);
        for (int i = 0; i <= last && open.Count > 0; i++)
        {
            ISecretProvider provider = providers[i];
            string[] asked = [.. open.Where(name => asks?.Invoke(provider, name) != false)];
            if (asked.Length == 0)
                continue;

            IReadOnlyList<Secret> secrets;
            try
            {
                secrets = await AskAsync(provider, asked, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Nobody knows what it holds, so none of these may be looked for further on.
                open.ExceptWith(asked);
                continue;
            }

            foreach (Secret secret in secrets)
            {
                if (open.Remove(secret.Name))
                    found.Add(secret.Name, secret);
            }
        }

        return found;
    }

    private async Task<IReadOnlyList<Secret>> AskAsync(ISecretProvider provider, string[] names, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        if (provider is ISecretBatchReader reader)
            return await reader.GetManyAsync(names, either.Token).AsTask().WaitAsync(either.Token).ConfigureAwait(false);

        Secret?[] secrets = await Task.WhenAll(names.Select(name => provider.GetAsync(new SecretRequest(name), either.Token).AsTask()))
            .WaitAsync(either.Token).ConfigureAwait(false);
        return [.. secrets.OfType<Secret>()];
    }
}
