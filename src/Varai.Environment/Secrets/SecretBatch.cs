namespace Varai.Secrets;

/// <summary>Reads many secrets from the providers of one path, each as a read by its name would: the first provider that holds it
/// answers, one that fails is an error unless it is optional.</summary>
internal sealed class SecretBatch
{
    private readonly Action<SecretProviderCalls, string> _passOver;
    private readonly Dictionary<string, SecretBatchAnswer> _answers = new(StringComparer.Ordinal);

    // What is still to be found, by what the providers know it by.
    private readonly Dictionary<string, string> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SecretProviderException> _passedOver = new(StringComparer.Ordinal);

    private SecretBatch(SecretPath path, IEnumerable<string> names, Action<SecretProviderCalls, string> passOver)
    {
        _passOver = passOver;
        foreach (string name in names)
        {
            if (path.Strip(name) is { } stripped)
                _open[stripped] = name;
            else
                _answers[name] = default;
        }
    }

    /// <param name="path">The providers.</param>
    /// <param name="names">The names that they are asked for.</param>
    /// <param name="passOver">Told of each optional provider that a name was passed on by.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    /// <returns>An answer for every name.</returns>
    public static async Task<IReadOnlyDictionary<string, SecretBatchAnswer>> ReadAsync(
        SecretPath path, IEnumerable<string> names, Action<SecretProviderCalls, string> passOver, CancellationToken cancellationToken)
    {
        var batch = new SecretBatch(path, names, passOver);
        foreach (SecretProviderCalls provider in path.Providers)
        {
            if (batch._open.Count > 1 && provider.CanReadMany)
                await batch.AskForAllAsync(provider, cancellationToken).ConfigureAwait(false);
            await batch.AskForEachAsync(provider, cancellationToken).ConfigureAwait(false);
        }

        foreach ((string stripped, string name) in batch._open)
            batch._answers[name] = new SecretBatchAnswer(default, batch._passedOver.GetValueOrDefault(stripped));
        return batch._answers;
    }

    private async Task AskForAllAsync(SecretProviderCalls provider, CancellationToken cancellationToken)
    {
        try
        {
            // A provider may break its promise: what is nothing is left out, and asked for by itself.
            IReadOnlyList<Secret?>? found = await provider.ReadManyAsync([.. _open.Keys], cancellationToken).ConfigureAwait(false);
            foreach (Secret secret in (found ?? []).OfType<Secret>())
                Take(secret.Name, secret);
        }
        catch (SecretProviderException e) when (e.IsTransient)
        {
            foreach (string stripped in _open.Keys.ToArray())
                Fail(provider, stripped, ForOne(e, _open[stripped]));
        }
        catch (SecretProviderException)
        {
            // It may be allowed to read each and not many at once; it is in log and health.
        }
    }

    private static SecretProviderException ForOne(SecretProviderException error, string name) =>
        new(error.Provider, error.Operation, name, SecretFailures.ReasonOf(error), error.InnerException)
        {
            IsTransient = error.IsTransient,
            IsThrottled = error.IsThrottled,
            RetryAfter = error.RetryAfter,
        };

    private async Task AskForEachAsync(SecretProviderCalls provider, CancellationToken cancellationToken)
    {
        // One that could not be asked for many has failed for all of them.
        string[] asked = [.. _open.Keys.Where(stripped => !(_passedOver.TryGetValue(stripped, out SecretProviderException? e) && e.Provider == provider.Name))];
        (Secret? Secret, SecretProviderException? Error)[] answers = await Task.WhenAll(asked.Select(async stripped =>
        {
            try
            {
                return (await provider.ReadAsync(new SecretRequest(stripped), _open[stripped], cancellationToken).ConfigureAwait(false), null);
            }
            catch (SecretProviderException e)
            {
                return ((Secret?)null, (SecretProviderException?)e);
            }
        })).ConfigureAwait(false);

        for (int i = 0; i < asked.Length; i++)
        {
            if (answers[i].Error is { } error)
                Fail(provider, asked[i], error);
            else if (answers[i].Secret is { } secret)
                Take(asked[i], secret);
        }
    }

    private void Take(string stripped, Secret secret)
    {
        if (_open.Remove(stripped, out string? name))
            _answers[name] = new SecretBatchAnswer(new SecretAnswer(SecretPath.Rename(secret, name), IsFallback: _passedOver.ContainsKey(stripped)), Error: null);
        else
            secret.Value.Dispose();
    }

    private void Fail(SecretProviderCalls provider, string stripped, SecretProviderException error)
    {
        string name = _open[stripped];
        if (provider.IsOptional)
        {
            _passOver(provider, name);
            _passedOver.TryAdd(stripped, error);
        }
        else
        {
            _open.Remove(stripped);
            _answers[name] = new SecretBatchAnswer(default, error);
        }
    }
}
