using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Varai.Secrets;

/// <summary>The providers in the order they are asked. Turns every way a provider can fail into one kind of error.</summary>
internal sealed class SecretChain(
    IReadOnlyList<ISecretProvider> providers, IReadOnlySet<string> optional, TimeSpan readTimeout, SecretProviderHealth health, TimeProvider time)
{
    public IReadOnlyList<string> Names { get; } = [.. providers.Select(provider => provider.Name)];

    public async ValueTask<SecretAnswer> ReadAsync(SecretRequest request, CancellationToken cancellationToken)
    {
        SecretProviderException? passedOver = null;
        foreach (ISecretProvider provider in providers)
        {
            try
            {
                if (await AskAsync(provider, request, cancellationToken).ConfigureAwait(false) is { } secret)
                    return new SecretAnswer(secret, IsFallback: passedOver is not null);
            }
            catch (SecretProviderException e) when (optional.Contains(provider.Name))
            {
                passedOver ??= e;
            }
        }

        // The one that was passed over may hold it, so it can't be called missing.
        if (passedOver is not null)
            ExceptionDispatchInfo.Throw(passedOver);
        return default;
    }

    public async ValueTask<Secret> WriteAsync(string name, SecretValue value, CancellationToken cancellationToken)
    {
        (ISecretProvider provider, ISecretWriter writer) = FindWriter(name);
        await RefuseShadowedAsync(name, provider, cancellationToken).ConfigureAwait(false);
        string? version = await GuardAsync(
            provider, "write", name, () => writer.SetAsync(name, value, cancellationToken), cancellationToken).ConfigureAwait(false);
        return new Secret(name, value, provider.Name) { Version = version };
    }

    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        (ISecretProvider provider, ISecretWriter writer) = FindWriter(name);
        return await GuardAsync(
            provider, "delete", name, () => writer.DeleteAsync(name, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the providers that can list say they hold, one after the other.</summary>
    public async IAsyncEnumerable<SecretInfo> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (ISecretProvider provider in providers)
        {
            if (provider is not ISecretLister lister)
                continue;

            IAsyncEnumerator<SecretInfo> infos = lister.ListAsync(prefix, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using ConfiguredAsyncDisposable ending = infos.ConfigureAwait(false);
            while (await HasNextAsync(provider, prefix, infos, cancellationToken).ConfigureAwait(false))
                yield return infos.Current;
        }
    }

    private async ValueTask<bool> HasNextAsync(
        ISecretProvider provider, string? prefix, IAsyncEnumerator<SecretInfo> infos, CancellationToken cancellationToken)
    {
        try
        {
            return await GuardAsync(provider, "list", prefix ?? "", infos.MoveNextAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (SecretProviderException e)
        {
            health.Failed(provider.Name, e.Message);
            if (optional.Contains(provider.Name))
                return false;
            throw;
        }
    }

    private (ISecretProvider Provider, ISecretWriter Writer) FindWriter(string name)
    {
        foreach (ISecretProvider provider in providers)
        {
            if (provider is ISecretWriter writer)
                return (provider, writer);
        }

        throw new SecretException(
            name,
            $"The secret '{name}' can't be written or deleted: none of the secret providers ({string.Join(", ", Names)}) can write. "
            + "Add one that can with AddSecretProvider.");
    }

    // A value written behind a provider that holds the same name would be read until the cache forgets it, and never again.
    private async ValueTask RefuseShadowedAsync(string name, ISecretProvider writer, CancellationToken cancellationToken)
    {
        var request = new SecretRequest(name);
        foreach (ISecretProvider provider in providers)
        {
            if (ReferenceEquals(provider, writer))
                return;

            Secret? found = null;
            try
            {
                found = await AskAsync(provider, request, cancellationToken).ConfigureAwait(false);
            }
            catch (SecretProviderException) when (optional.Contains(provider.Name))
            {
                // Recorded in log and health by AskAsync; a read would pass it over in the same way.
            }

            if (found is not null)
            {
                throw new SecretException(
                    name,
                    $"The secret '{name}' was not written to '{writer.Name}': '{provider.Name}' is asked before it and holds the name, "
                    + $"so the new value would not be read. Change it in '{provider.Name}' or remove it there.");
            }
        }
    }

    private async ValueTask<Secret?> AskAsync(ISecretProvider provider, SecretRequest request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(readTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            Secret? secret = await GuardAsync(
                provider, "read", request.Name, () => AbandonAsync(provider.GetAsync(request, either.Token), either.Token), either.Token)
                .ConfigureAwait(false);
            health.Succeeded(provider.Name);
            return secret;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            var error = new SecretProviderException(
                provider.Name, "read", request.Name, $"it did not answer within {readTimeout:c}.", e)
            { IsTransient = true };
            health.Failed(provider.Name, error.Message);
            throw error;
        }
        catch (SecretProviderException e)
        {
            health.Failed(provider.Name, e.Message);
            throw;
        }

        // The wait ends with the token also when the provider ignores it.
        static ValueTask<Secret?> AbandonAsync(ValueTask<Secret?> reading, CancellationToken token) =>
            reading.IsCompleted ? reading : new ValueTask<Secret?>(reading.AsTask().WaitAsync(token));
    }

    private static async ValueTask<T> GuardAsync<T>(
        ISecretProvider provider, string operation, string name, Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        // An argument error of a write is the caller's: the name or the value does not suit the provider.
        catch (Exception e) when (e is not SecretProviderException
            && !(e is ArgumentException && operation == "write")
            && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw new SecretProviderException(
                provider.Name, operation, name, $"it threw {e.GetType().Name}; the inner exception says more.", e)
            {
                IsTransient = e is TimeoutException or OperationCanceledException,
            };
        }
    }
}
