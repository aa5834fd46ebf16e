using System.Text.Json;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;
using Varai.Secrets;

namespace Varai.GoogleCloud.Secrets;

/// <summary>Gives access tokens: from the caller's function, a file, or the machine's application default credentials.</summary>
/// <remarks>Google's library keeps a token and gets the next one before it expires. What it throws is never kept as an inner
/// exception: it quotes the token endpoint's answer. Safe from any thread.</remarks>
internal sealed class GoogleTokenSource(GoogleSecretManagerOptions options) : IDisposable
{
    public const string Scope = "https://www.googleapis.com/auth/cloud-platform";

    private const string QuotaHeader = "x-goog-user-project";
    private const int MaximumFileBytes = 256 * 1024;

    // What RFC 6749 allows in an answer; anything else is not repeated.
    private static readonly string[] OAuthErrors =
        ["invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "access_denied"];

    private readonly SemaphoreSlim _gate = new(1, 1);
    private GoogleCredential? _credential;

    public GoogleTokenSource(GoogleSecretManagerOptions options, GoogleCredential credential)
        : this(options) => _credential = credential;

    public async ValueTask<GoogleToken> GetAsync(GoogleOperation operation, CancellationToken cancellationToken)
    {
        if (options.AccessToken is { } callback)
            return new GoogleToken(await GuardAsync(operation, () => callback(cancellationToken), cancellationToken).ConfigureAwait(false), quotaProject: null);

        GoogleCredential credential = await LoadAsync(operation, cancellationToken).ConfigureAwait(false);
        return await GetAsync(operation, credential, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Another token in place of one that was refused. Those who were refused the same one share it.</summary>
    public async ValueTask<GoogleToken> RenewAsync(GoogleOperation operation, GoogleToken refused, CancellationToken cancellationToken)
    {
        if (options.AccessToken is not null)
            return await GetAsync(operation, cancellationToken).ConfigureAwait(false);

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            GoogleCredential credential = _credential!;
            GoogleToken present = await GetAsync(operation, credential, cancellationToken).ConfigureAwait(false);
            if (present.Reveal() != refused.Reveal())
                return present;

            await GuardAsync(
                operation,
                async () => credential.UnderlyingCredential switch
                {
                    ServiceCredential service => await service.RequestAccessTokenAsync(cancellationToken).ConfigureAwait(false),
                    UserCredential user => await user.RefreshTokenAsync(cancellationToken).ConfigureAwait(false),
                    _ => false, // A fixed token; asking again gives the same one.
                },
                cancellationToken).ConfigureAwait(false);
            return await GetAsync(operation, credential, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The project that the credentials belong to, and whether they are the machine's own, so that its metadata server
    /// knows one.</summary>
    public async ValueTask<(string? Project, bool IsMachine)> FindProjectAsync(GoogleOperation operation, CancellationToken cancellationToken)
    {
        if (options.AccessToken is not null)
            return (null, false);
        GoogleCredential credential = await LoadAsync(operation, cancellationToken).ConfigureAwait(false);
        return ((credential.UnderlyingCredential as ServiceAccountCredential)?.ProjectId, credential.UnderlyingCredential is ComputeCredential);
    }

    public void Dispose() => _gate.Dispose();

    private static ValueTask<GoogleToken> GetAsync(GoogleOperation operation, GoogleCredential credential, CancellationToken cancellationToken) => GuardAsync(
        operation,
        async () =>
        {
            AccessTokenWithHeaders token = await ((ITokenAccessWithHeaders)credential)
                .GetAccessTokenWithHeadersForRequestAsync(authUri: null, cancellationToken).ConfigureAwait(false);
            string? quota = token.Headers
                .Where(header => header.Key.Equals(QuotaHeader, StringComparison.OrdinalIgnoreCase))
                .SelectMany(header => header.Value).FirstOrDefault();
            return new GoogleToken(token.AccessToken, quota);
        },
        cancellationToken);

    private async ValueTask<GoogleCredential> LoadAsync(GoogleOperation operation, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _credential) is { } present)
            return present;

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_credential is null)
            {
                GoogleCredential credential = options.CredentialsFile is { } file
                    ? await LoadFileAsync(operation, file, cancellationToken).ConfigureAwait(false)
                    : await LoadDefaultAsync(operation, cancellationToken).ConfigureAwait(false);
                Volatile.Write(ref _credential, credential.CreateScoped(Scope).CreateWithHttpClientFactory(new GoogleTokenHttp(options)));
            }

            return _credential;
        }
        finally
        {
            _gate.Release();
        }
    }

    private static async ValueTask<GoogleCredential> LoadFileAsync(GoogleOperation operation, string file, CancellationToken cancellationToken)
    {
        try
        {
            string? type;
            using (FileStream stream = File.OpenRead(file))
            using (SecretBuffer json = await SecretBuffer.ReadAsync(stream, MaximumFileBytes, cancellationToken).ConfigureAwait(false))
                type = ReadType(json.WrittenSpan);
            if (type is not null)
                return await CredentialFactory.FromFileAsync(file, type, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw operation.Fail($"the credentials file '{file}' can't be read ({e.GetType().Name}). Check CredentialsFile and the file's permissions.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw operation.Fail($"the credentials file '{file}' is not as Google writes it ({e.GetType().Name}). Download it again.");
        }

        throw operation.Fail($"the credentials file '{file}' does not say of what type it is. Download it again.");
    }

    private static string? ReadType(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType)
                return reader.GetString();
            reader.Skip();
        }

        return null;
    }

    private static async ValueTask<GoogleCredential> LoadDefaultAsync(GoogleOperation operation, CancellationToken cancellationToken)
    {
        try
        {
            return await GoogleCredential.GetApplicationDefaultAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw operation.Fail(
                $"this machine has no application default credentials, or they can't be read ({e.GetType().Name}). Set CredentialsFile, "
                + "AccessToken or GOOGLE_APPLICATION_CREDENTIALS, run 'gcloud auth application-default login', or run where a service account is attached.");
        }
    }

    private static async ValueTask<T> GuardAsync<T>(GoogleOperation operation, Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (TokenResponseException e)
        {
            string error = OAuthErrors.FirstOrDefault(known => known == e.Error?.Error) ?? "no known error code";
            string advice = error == "invalid_grant" ? " The key was deleted or disabled, or this machine's clock is wrong." : "";
            throw operation.Fail(
                $"no access token was given ({error}, HTTP {(int?)e.StatusCode ?? 0}).{advice}",
                isTransient: e.StatusCode is { } status && ((int)status >= 500 || (int)status is 408 or 429));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException or OperationCanceledException)
        {
            throw operation.Fail($"the place that gives access tokens can't be reached ({Describe(e)}).", isTransient: true);
        }
        catch (Exception e)
        {
            throw operation.Fail($"no access token was given ({e.GetType().Name}). Check the credentials.");
        }
    }

    private static string Describe(Exception e) =>
        e is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and var error } ? error.ToString() : e.GetType().Name;
}
