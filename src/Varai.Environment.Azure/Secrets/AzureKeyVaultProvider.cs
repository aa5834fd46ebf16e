using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using Varai.Secrets;

namespace Varai.AzureCloud.Secrets;

/// <summary>The secrets of one Azure Key Vault.</summary>
internal sealed class AzureKeyVaultProvider : ISecretProvider, ISecretWriter, ISecretLister
{
    private const int NotFound = 404;
    private const int Conflict = 409;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly AzureKeyVaultOptions _options;
    private readonly SecretClient _client;
    private readonly TimeProvider _time;

    public AzureKeyVaultProvider(
        string name, AzureKeyVaultOptions options, TokenCredential credential, HttpPipelineTransport? transport, TimeProvider time)
    {
        Name = name;
        _options = options;
        _time = time;
        var clientOptions = new SecretClientOptions { DisableChallengeResourceVerification = options.DisableChallengeResourceVerification };
        clientOptions.Retry.MaxRetries = 0; // the caller repeats, and limits the time
        clientOptions.Retry.NetworkTimeout = Timeout.InfiniteTimeSpan;
        clientOptions.Diagnostics.IsLoggingContentEnabled = false;
        clientOptions.Diagnostics.IsDistributedTracingEnabled = false; // its spans quote what a login was answered
        clientOptions.AddPolicy(new SecretValuePolicy(time), HttpPipelinePosition.BeforeTransport);
        if (transport is not null)
            clientOptions.Transport = transport;
        _client = new SecretClient(options.VaultUri, credential, clientOptions);
    }

    public string Name { get; }

    public async ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        string stored = ToStored(request.Name);
        if (!AzureSecretName.Fits(stored) || (request.Version is { } version && !IsVersion(version)))
            return null;

        SecretCallInfo info = Info("read", request.Name);
        using var call = new AzureKeyVaultCall();
        Response<KeyVaultSecret>? answer = await SendAsync(
            call, info, IsMissing, () => _client.GetSecretAsync(stored, request.Version, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (answer is null)
            return null;

        SecretProperties properties = answer.Value.Properties;
        if (request.Version is null && properties.NotBefore is { } notBefore && notBefore > _time.GetUtcNow())
            throw AzureKeyVaultErrors.NotYetActive(info, notBefore);

        SecretValue value = call.Take() ?? throw AzureKeyVaultErrors.NoValue(info);
        return new Secret(request.Name, AzureSecretContent.FromStored(value, properties.ContentType), Name)
        {
            Version = properties.Version,
            ExpiresAt = properties.ExpiresOn,
            CreatedAt = properties.CreatedOn,
            ContentType = AzureSecretContent.Describe(properties.ContentType),
        };
    }

    public async ValueTask<string?> SetAsync(string name, SecretValue value, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(value);
        Varai.Secrets.SecretName.ThrowIfInvalid(name);
        cancellationToken.ThrowIfCancellationRequested();
        string stored = ToStored(name);
        if (!AzureSecretName.Fits(stored))
        {
            throw new ArgumentException(
                $"The secret name '{name}' is stored as '{stored}', which has {stored.Length} characters; Key Vault takes at most {AzureSecretName.MaximumLength}.",
                nameof(name));
        }

        (string? contentType, bool isBase64) = AzureSecretContent.ToStored(value, _options.ContentType);
        TimeSpan pause = FirstPause;
        while (true)
        {
            using var call = new AzureKeyVaultCall { Sent = value, SendsBase64 = isBase64 };
            KeyVaultSecret secret = Describe(stored, contentType);
            Response<KeyVaultSecret>? written = await SendAsync(
                call, Info("write", name), IsOccupied, () => _client.SetSecretAsync(secret, cancellationToken), cancellationToken).ConfigureAwait(false);
            if (written is not null)
                return written.Value.Properties.Version;

            if (call.Answered(Conflict, "ObjectIsDeletedButRecoverable"))
                await FreeAsync(name, stored, cancellationToken).ConfigureAwait(false);
            pause = await PauseAsync(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        Varai.Secrets.SecretName.ThrowIfInvalid(name);
        cancellationToken.ThrowIfCancellationRequested();
        string stored = ToStored(name);
        if (!AzureSecretName.Fits(stored))
            return false;

        TimeSpan pause = FirstPause;
        while (true)
        {
            using var call = new AzureKeyVaultCall();
            DeleteSecretOperation? deletion = await SendAsync(
                call,
                Info("delete", name),
                answered => IsMissing(answered) || IsChanging(answered),
                () => _client.StartDeleteSecretAsync(stored, cancellationToken),
                cancellationToken).ConfigureAwait(false);
            if (deletion is not null)
            {
                await FinishAsync(deletion, name, stored, cancellationToken).ConfigureAwait(false);
                return true;
            }

            if (call.Status == NotFound)
                return false;
            pause = await PauseAsync(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    public async IAsyncEnumerable<SecretInfo> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SecretCallInfo info = Info("list", prefix is { Length: > 0 } ? prefix : "*");
        IAsyncEnumerator<Page<SecretProperties>> pages =
            _client.GetPropertiesOfSecretsAsync(cancellationToken).AsPages().GetAsyncEnumerator(cancellationToken);
        await using (pages.ConfigureAwait(false))
        {
            while (await NextAsync(pages, info, cancellationToken).ConfigureAwait(false))
            {
                foreach (SecretProperties properties in pages.Current.Values)
                {
                    if (properties.Enabled != false && FromStored(properties.Name) is { } name
                        && (prefix is null || name.StartsWith(prefix, StringComparison.Ordinal)))
                        yield return Describe(name, properties);
                }
            }
        }
    }

    private static bool IsMissing(AzureKeyVaultCall call) =>
        // Only where Key Vault says so: something else that answers 404 is a wrong address, not a missing secret.
        call is { Status: NotFound, Code: not null };

    private static bool IsChanging(AzureKeyVaultCall call) =>
        call.Answered(Conflict, "ObjectIsBeingDeleted") || call.Answered(Conflict, "ObjectIsBeingRecovered");

    private static bool IsOccupied(AzureKeyVaultCall call) => IsChanging(call) || call.Answered(Conflict, "ObjectIsDeletedButRecoverable");

    // Key Vault makes them of 32 hexadecimal digits; a text of another form can't be one, and goes into no address.
    private static bool IsVersion(string version) => version.Length == 32 && version.All(char.IsAsciiLetterOrDigit);

    private SecretInfo Describe(string name, SecretProperties properties) => new(name, Name)
    {
        CreatedAt = properties.CreatedOn,
        ChangedAt = properties.UpdatedOn,
        ExpiresAt = properties.ExpiresOn,
        Tags = properties.Tags.AsReadOnly(),
    };

    private KeyVaultSecret Describe(string stored, string? contentType)
    {
        var secret = new KeyVaultSecret(stored, "");
        secret.Properties.ContentType = contentType;
        if (_options.ExpiresAfter is { } lifetime)
            secret.Properties.ExpiresOn = _time.GetUtcNow() + lifetime;
        foreach ((string key, string text) in _options.Tags)
            secret.Properties.Tags[key] = text;
        return secret;
    }

    /// <summary>Waits until the deletion has taken place; until then the name can neither be purged nor recovered.</summary>
    private async ValueTask FinishAsync(DeleteSecretOperation deletion, string name, string stored, CancellationToken cancellationToken)
    {
        for (TimeSpan pause = FirstPause; !deletion.HasCompleted;)
        {
            pause = await PauseAsync(pause, cancellationToken).ConfigureAwait(false);
            using var call = new AzureKeyVaultCall();
            await SendAsync(
                call, Info("delete", name), IsMissing, () => deletion.UpdateStatusAsync(cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
        }

        if (_options.PurgeOnDelete)
            await PurgeAsync(name, stored, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the name of a deleted secret usable again.</summary>
    private async ValueTask FreeAsync(string name, string stored, CancellationToken cancellationToken)
    {
        if (_options.PurgeOnDelete)
        {
            await PurgeAsync(name, stored, cancellationToken).ConfigureAwait(false);
            return;
        }

        using var call = new AzureKeyVaultCall();
        await SendAsync(
            call,
            Info("recover", name),
            answered => IsMissing(answered) || IsOccupied(answered),
            () => _client.StartRecoverDeletedSecretAsync(stored, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask PurgeAsync(string name, string stored, CancellationToken cancellationToken)
    {
        using var call = new AzureKeyVaultCall();
        await SendAsync(
            call,
            Info("purge", name),
            answered => IsMissing(answered) || IsOccupied(answered),
            () => _client.PurgeDeletedSecretAsync(stored, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    // An answer is a page, so each is a call of its own.
    private static async ValueTask<bool> NextAsync(
        IAsyncEnumerator<Page<SecretProperties>> pages, SecretCallInfo info, CancellationToken cancellationToken)
    {
        using var call = new AzureKeyVaultCall();
        return await SendAsync(
            call, info, isExpected: static _ => false, async () => await pages.MoveNextAsync().ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<TimeSpan> PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
        return pause * 2 < LongestPause ? pause * 2 : LongestPause;
    }

    /// <returns>The answer; the default for an error that is expected.</returns>
    private static async ValueTask<T?> SendAsync<T>(
        AzureKeyVaultCall call, SecretCallInfo info, Func<AzureKeyVaultCall, bool> isExpected, Func<Task<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            using (call.Begin())
                return await send().ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // A new one: what the SDK throws then may hold an answer.
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status > 0 && isExpected(call))
        {
            return default;
        }
        catch (Exception e)
        {
            throw AzureKeyVaultErrors.Describe(e, call, info);
        }
    }

    private SecretCallInfo Info(string operation, string secret) => new(Name, operation, secret);

    private string ToStored(string name) => AzureSecretName.ToStored(_options.NamePrefix + name, _options.CaseSensitiveNames);

    private string? FromStored(string stored)
    {
        string? name = AzureSecretName.FromStored(stored, _options.CaseSensitiveNames);
        StringComparison comparison = _options.CaseSensitiveNames ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        if (name is null || !name.StartsWith(_options.NamePrefix, comparison))
            return null;
        name = name[_options.NamePrefix.Length..];
        return Varai.Secrets.SecretName.FindProblem(name) is null ? name : null;
    }
}
