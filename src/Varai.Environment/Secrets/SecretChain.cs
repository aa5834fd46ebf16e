using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace Varai.Secrets;

/// <summary>The providers in the order they are asked, and which of them a name's route chooses.</summary>
internal sealed class SecretChain
{
    private readonly SecretProviderCalls[] _providers;
    private readonly SecretRouter _router;
    private readonly ILogger _logger;

    /// <exception cref="InvalidOperationException">Two providers have one name.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting names a provider wrongly.</exception>
    public SecretChain(
        IReadOnlyList<ISecretProvider> providers, SecretOptions options, TimeProvider time, ILogger logger, IMeterFactory? meters = null)
    {
        SecretRouter.Check(providers, options);
        _logger = logger;
        Health = new SecretProviderHealth(time, logger);
        Metrics = new SecretMetrics(meters, ReadCircuits);
        var steady = new SteadyTimeProvider(time);
        _providers = [.. providers.Select(provider => new SecretProviderCalls(provider, options, Health, Metrics, steady))];
        _router = new SecretRouter(_providers, options);
    }

    public SecretProviderHealth Health { get; }

    public SecretMetrics Metrics { get; }

    /// <summary>Whether <see cref="ReadManyAsync"/> may need fewer calls than single reads.</summary>
    public bool CanReadMany => _providers.Any(provider => provider.CanReadMany);

    /// <summary>The error that says that no provider holds a name: which were asked, and which route chose them.</summary>
    public SecretNotFoundException NotFound(string name)
    {
        SecretPath path = _router.For(SecretAddress.TryParse(name, out SecretAddress? address, out _) ? address.Name : name);
        return new SecretNotFoundException(name, path.Names, path.Pattern);
    }

    public async ValueTask<SecretAnswer> ReadAsync(SecretRequest request, CancellationToken cancellationToken)
    {
        SecretPath path = _router.For(request.Name);
        if (path.Strip(request.Name) is not { } stripped)
            return default;

        SecretRequest asked = stripped == request.Name ? request : new SecretRequest(stripped) { Version = request.Version };
        SecretProviderException? passedOver = null;
        foreach (SecretProviderCalls provider in path.Providers)
        {
            try
            {
                if (await provider.ReadAsync(asked, request.Name, cancellationToken).ConfigureAwait(false) is { } secret)
                    return new SecretAnswer(SecretPath.Rename(secret, request.Name), IsFallback: passedOver is not null);
            }
            catch (SecretProviderException e) when (provider.IsOptional)
            {
                PassOver(provider, request.Name);
                passedOver ??= e;
            }
        }

        // The one that was passed over may hold it, so it can't be called missing.
        if (passedOver is not null)
            ExceptionDispatchInfo.Throw(passedOver);
        return default;
    }

    /// <summary>Reads the current versions of many secrets with as few calls as the providers allow.</summary>
    /// <returns>For each name what a read by it would give.</returns>
    public async ValueTask<IReadOnlyDictionary<string, SecretBatchAnswer>> ReadManyAsync(
        IEnumerable<string> names, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, SecretBatchAnswer>[] answers = await Task.WhenAll(names.Distinct(StringComparer.Ordinal).GroupBy(_router.For)
            .Select(group => SecretBatch.ReadAsync(group.Key, group, PassOver, cancellationToken))).ConfigureAwait(false);
        return answers.SelectMany(group => group).ToDictionary(StringComparer.Ordinal);
    }

    public async ValueTask<Secret> WriteAsync(string name, SecretValue value, CancellationToken cancellationToken)
    {
        SecretPath path = _router.For(name);
        string stripped = path.Strip(name) ?? throw new ArgumentException(
            $"The secret name '{name}' leaves no valid name when the route '{path.Pattern}' takes off '{path.StripPrefix}'.", nameof(name));
        SecretProviderCalls writer = await FindWriterAsync(path, name, stripped, forDeletion: false, cancellationToken).ConfigureAwait(false);
        string? version = await writer.SetAsync(stripped, value, name, cancellationToken).ConfigureAwait(false);
        return new Secret(name, value, writer.Name) { Version = version };
    }

    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        SecretPath path = _router.For(name);
        if (path.Strip(name) is not { } stripped)
            return false;
        SecretProviderCalls writer = await FindWriterAsync(path, name, stripped, forDeletion: true, cancellationToken).ConfigureAwait(false);
        return await writer.DeleteAsync(stripped, name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the providers that can list say they hold, by the names that reads know, provider after provider.</summary>
    public async IAsyncEnumerable<SecretInfo> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach ((SecretProviderCalls provider, string front) in Fronts().Where(listing => listing.Provider.CanList))
        {
            // A provider behind a stripped prefix knows the rest of it only.
            prefix ??= "";
            if (!prefix.StartsWith(front, StringComparison.Ordinal) && !front.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            string rest = prefix.Length > front.Length ? prefix[front.Length..] : "";
            IAsyncEnumerator<SecretInfo> infos = provider.ListAsync(rest.Length == 0 ? null : rest, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using ConfiguredAsyncDisposable ending = infos.ConfigureAwait(false);
            while (await HasNextAsync(provider, infos, prefix).ConfigureAwait(false))
            {
                string name = front + infos.Current.Name;
                if (IsReadFrom(name, provider, front))
                    yield return front.Length == 0 ? infos.Current : infos.Current with { Name = name };
            }
        }
    }

    /// <summary>The names that reads know a provider's secret by; none when no read ever asks the provider for it.</summary>
    public IEnumerable<string> NamesOf(string provider, string providerName) =>
        from place in Fronts()
        where place.Provider.Name == provider && IsReadFrom(place.Front + providerName, place.Provider, place.Front)
        select place.Front + providerName;

    /// <summary>Whether what a provider holds may be what a read of a name gives, although another one has given the last value.</summary>
    public bool MayAnswer(string provider, string name, string? holder)
    {
        IReadOnlyList<string> asked = _router.For(name).Names;
        int place = asked.TakeWhile(other => other != provider).Count();
        return place < asked.Count && (holder is null || place <= asked.TakeWhile(other => other != holder).Count());
    }

    // Each provider once for every prefix that some path takes off before asking it, the chain's order first.
    private IEnumerable<(SecretProviderCalls Provider, string Front)> Fronts() => _router.Paths
        .Reverse()
        .SelectMany(path => path.Providers.Select(provider => (Provider: provider, Front: path.StripPrefix)))
        .Distinct();

    private bool IsReadFrom(string name, SecretProviderCalls provider, string front) =>
        SecretName.FindProblem(name) is null
        && _router.For(name) is var path && path.StripPrefix == front && path.Providers.Contains(provider);

    private async ValueTask<bool> HasNextAsync(SecretProviderCalls provider, IAsyncEnumerator<SecretInfo> infos, string prefix)
    {
        try
        {
            return await infos.MoveNextAsync().ConfigureAwait(false);
        }
        catch (SecretProviderException) when (provider.IsOptional)
        {
            PassOver(provider, prefix);
            return false;
        }
    }

    /// <summary>The provider that a name is written to or deleted from.</summary>
    /// <exception cref="SecretException">None can write, or one that is asked before it holds the name.</exception>
    private async ValueTask<SecretProviderCalls> FindWriterAsync(
        SecretPath path, string name, string stripped, bool forDeletion, CancellationToken cancellationToken)
    {
        SecretProviderCalls[] writers = [.. path.Providers.Where(provider => provider.CanWrite)];
        if (writers.Length == 0)
        {
            throw new SecretException(
                name,
                $"The secret '{name}' can't be written or deleted: none of the secret providers ({string.Join(", ", path.Names)}) can write. "
                + (path.Pattern is null ? "Add one that can with AddSecretProvider." : $"The route '{path.Pattern}' chose them; name one that can write in it."));
        }

        // Decided beforehand, or by who holds the name.
        SecretProviderCalls? chosen = path.Pattern is not null || writers.Length == 1 ? writers[0] : _router.Writer;
        if (chosen is not null && forDeletion)
            return chosen;

        var request = new SecretRequest(stripped);
        foreach (SecretProviderCalls provider in path.Providers)
        {
            if (provider == chosen)
                return chosen;
            if (forDeletion && !provider.CanWrite)
                continue;
            if (!await HoldsAsync(provider, request, name, cancellationToken).ConfigureAwait(false))
                continue;
            if (chosen is null && provider.CanWrite)
                return provider;

            string writer = (chosen ?? NewestOf(writers)).Name;
            throw new SecretException(
                name,
                $"The secret '{name}' was not written to '{writer}': '{provider.Name}' is asked before it and holds the name, "
                + $"so the new value would not be read. Change it in '{provider.Name}' or remove it there.");
        }

        return NewestOf(writers);
    }

    // A value written behind a provider that holds the same name would be read until the cache forgets it, and never again.
    private async ValueTask<bool> HoldsAsync(SecretProviderCalls provider, SecretRequest request, string name, CancellationToken cancellationToken)
    {
        try
        {
            Secret? secret = await provider.ReadAsync(request, name, cancellationToken).ConfigureAwait(false);
            secret?.Value.Dispose();
            return secret is not null;
        }
        catch (SecretProviderException) when (provider.IsOptional)
        {
            PassOver(provider, name);
            return false;
        }
    }

    // What the service has added is meant to be used; the encrypted store that every host has is the last resort.
    private SecretProviderCalls NewestOf(SecretProviderCalls[] writers) =>
        _providers.LastOrDefault(provider => writers.Contains(provider) && !provider.IsEmbedded) ?? _providers.Last(writers.Contains);

    private void PassOver(SecretProviderCalls provider, string name)
    {
        Metrics.Skipped(provider.Name);
        _logger.SecretProviderSkipped(name, provider.Name);
    }

    private IEnumerable<Measurement<int>> ReadCircuits() => _providers.Where(provider => provider.Circuit.IsEnabled).Select(provider => new Measurement<int>(
        provider.Circuit.State switch
        {
            Polly.CircuitBreaker.CircuitState.Closed => 0,
            Polly.CircuitBreaker.CircuitState.HalfOpen => 1,
            _ => 2,
        },
        new KeyValuePair<string, object?>("provider", provider.Name)));
}
