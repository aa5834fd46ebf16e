using System.Runtime.CompilerServices;
using Google.Apis.Auth.OAuth2;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Varai.Secrets;

namespace Varai.GoogleCloud.Secrets;

/// <summary>Google Secret Manager itself: secrets and their versions by Google's own ids.</summary>
/// <remarks>
/// For what the secret store does not do: versions, labels, disabling and destroying. Reading through <see cref="ISecretStore"/> is
/// cached, repeated and watched; a call here is one call, which is not repeated (except once with a new token, when the old one was
/// refused) and takes as long as its token allows. Safe from any thread. Values are checked with CRC-32C both ways, and messages hold
/// none. Every method throws <see cref="SecretProviderException"/> when Google can't be reached or refuses, with
/// <see cref="VaraiException.IsTransient"/> where trying again may help, and <see cref="ArgumentException"/> for an id that can't exist.
/// </remarks>
public sealed class GoogleSecretManagerClient : IDisposable
{
    /// <summary>The name of the provider that has none of its own.</summary>
    public const string DefaultName = "google-secret-manager";

    private const int MaximumValueBytes = 64 * 1024;
    private const int MaximumPageSize = 25_000;

    private readonly GoogleTokenSource _tokens;
    private readonly GoogleProject _project;
    private readonly GoogleTransport _transport;
    private readonly HttpMessageHandler _handler;
    private readonly HttpClient _http;
    private readonly string? _location;

    /// <summary>Creates a client. Nothing is read or called yet.</summary>
    /// <param name="options">How Google Secret Manager is reached; not changed afterwards. What concerns names, labels and replication
    /// is for the provider, and of no effect here.</param>
    /// <param name="timeProvider">The clock; <see langword="null"/> for the system's.</param>
    /// <param name="logger">Told when a token was refused and where the project's id came from; may be <see langword="null"/>.</param>
    /// <exception cref="OptionsValidationException">An option has a value that is not allowed.</exception>
    public GoogleSecretManagerClient(
        GoogleSecretManagerOptions options, TimeProvider? timeProvider = null, ILogger<GoogleSecretManagerClient>? logger = null)
        : this(DefaultName, Checked(options), timeProvider ?? TimeProvider.System, logger ?? NullLogger<GoogleSecretManagerClient>.Instance)
    {
    }

    internal GoogleSecretManagerClient(
        string name,
        GoogleSecretManagerOptions options,
        TimeProvider time,
        ILogger<GoogleSecretManagerClient> logger,
        GoogleCredential? credential = null,
        string? projectOfEnvironment = null)
    {
        Name = name;
        _location = options.Location;
        _tokens = credential is null ? new GoogleTokenSource(options) : new GoogleTokenSource(options, credential);
        _handler = GoogleHttp.CreateHandler(options);
        _http = new HttpClient(_handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        _project = new GoogleProject(name, options, _tokens, _http, time, logger, projectOfEnvironment ?? GoogleEnvironment.Project);
        _transport = new GoogleTransport(name, options, _tokens, _http, time, logger);
    }

    internal string Name { get; }

    /// <summary>Reads the value of a version.</summary>
    /// <param name="secretId">The secret's id.</param>
    /// <param name="version">Its number, an alias, or <c>latest</c> for the newest.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The value with the number of its version, or <see langword="null"/> when there is no such version or its value was
    /// destroyed.</returns>
    /// <exception cref="SecretProviderException">Google failed or refused; the version is disabled; the value does not match its
    /// checksum (transient).</exception>
    public ValueTask<Secret?> AccessVersionAsync(string secretId, string version = GoogleSecretName.Latest, CancellationToken cancellationToken = default)
    {
        CheckVersion(secretId, version);
        return AccessVersionAsync(Operation("read", secretId, GoogleOperation.Accessor), secretId, version, cancellationToken);
    }

    /// <summary>Adds a version with a value.</summary>
    /// <param name="secretId">The secret's id.</param>
    /// <param name="value">The value: 1 to 65,536 bytes.</param>
    /// <param name="creation">How the secret is created when it is missing; <see langword="null"/> to fail then.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The new version.</returns>
    /// <exception cref="SecretProviderException">Google failed or refused, or the value is empty or too large.</exception>
    public ValueTask<GoogleSecretVersion> AddVersionAsync(
        string secretId, SecretValue value, GoogleSecretCreation? creation = null, CancellationToken cancellationToken = default)
    {
        CheckId(secretId);
        ArgumentNullException.ThrowIfNull(value);
        return AddVersionAsync(Operation("write", secretId, GoogleOperation.VersionAdder), secretId, value, creation, cancellationToken);
    }

    /// <summary>Creates a secret that has no version yet.</summary>
    /// <param name="secretId">The secret's id.</param>
    /// <param name="creation">Its labels, expiry and so on; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns><see langword="false"/> when it was there before; it is left as it was then.</returns>
    /// <exception cref="SecretProviderException">Google failed or refused.</exception>
    public ValueTask<bool> CreateSecretAsync(string secretId, GoogleSecretCreation? creation = null, CancellationToken cancellationToken = default)
    {
        CheckId(secretId);
        return CreateSecretAsync(
            Operation("create", secretId, GoogleOperation.Admin), secretId, creation ?? new GoogleSecretCreation(), cancellationToken);
    }

    /// <summary>What a secret is, without versions and values.</summary>
    /// <param name="secretId">The secret's id.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Its metadata, or <see langword="null"/> when there is no such secret.</returns>
    /// <exception cref="SecretProviderException">Google failed or refused.</exception>
    public async ValueTask<GoogleSecretMetadata?> GetSecretAsync(string secretId, CancellationToken cancellationToken = default)
    {
        CheckId(secretId);
        GoogleOperation operation = Operation("describe", secretId, GoogleOperation.Viewer);
        string resource = await ResourceAsync(operation, secretId, cancellationToken).ConfigureAwait(false);
        using GoogleAnswer answer = await _transport.SendAsync(operation, HttpMethod.Get, resource, "", body: null, cancellationToken).ConfigureAwait(false);
        return answer.Error?.IsNotFound == true ? null : answer.Read(GoogleJson.ReadSecret);
    }

    /// <summary>What a version is, without its value.</summary>
    /// <param name="secretId">The secret's id.</param>
    /// <param name="version">Its number, an alias, or <c>latest</c> for the newest.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The version, or <see langword="null"/> when there is none such.</returns>
    /// <exception cref="SecretProviderException">Google failed or refused.</exception>
    public async ValueTask<GoogleSecretVersion?> GetVersionAsync(
        string secretId, string version = GoogleSecretName.Latest, CancellationToken cancellationToken = default)
    {
        CheckVersion(secretId, version);
        GoogleOperation operation = Operation("describe", secretId, GoogleOperation.Viewer);
        string resource = await ResourceAsync(operation, secretId, version, cancellationToken).ConfigureAwait(false);
        using GoogleAnswer answer = await _transport.SendAsync(operation, HttpMethod.Get, resource, "", body: null, cancellationToken).ConfigureAwait(false);
        return answer.Error?.IsNotFound == true ? null : answer.Read(json => GoogleJson.ReadVersion(json, secretId));
    }

    /// <summary>Lists secrets, the newest first, a page at a time.</summary>
    /// <param name="filter">Google's filter, such as <c>name:db AND labels.team=billing</c>; <see langword="null"/> for all.</param>
    /// <param name="pageSize">How many to ask for at once, 1 to 25,000; 0 to leave it to Google.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="SecretProviderException">Google failed or refused.</exception>
    public IAsyncEnumerable<GoogleSecretMetadata> ListSecretsAsync(string? filter = null, int pageSize = 0, CancellationToken cancellationToken = default)
    {
        CheckPageSize(pageSize);
        return ListSecretsCoreAsync(filter, pageSize, cancellationToken);
    }

    /// <summary>Lists the versions of a secret, the newest first, a page at a time.</summary>
    /// <param name="secretId">The secret's id.</param>
    /// <param name="filter">Google's filter, such as <c>state:ENABLED</c>; <see langword="null"/> for all.</param>
    /// <param name="pageSize">How many to ask for at once, 1 to 25,000; 0 to leave it to Google.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="SecretProviderException">Google failed or refused, or there is no such secret.</exception>
    public IAsyncEnumerable<GoogleSecretVersion> ListVersionsAsync(
        string secretId, string? filter = null, int pageSize = 0, CancellationToken cancellationToken = default)
    {
        CheckId(secretId);
        CheckPageSize(pageSize);
        return ListVersionsCoreAsync(secretId, filter, pageSize, cancellationToken);
    }

    /// <summary>Makes a version unreadable until it is enabled again.</summary>
    /// <param name="secretId">The secret's id.</param>
    /// <param name="version">The version's number.</param>
    /// <param name="etag">The version's ETag, to fail when it was changed since; <see langword="null"/> to change it anyway.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The version as it is now.</returns>
    /// <exception cref="SecretProviderException">Google failed or refused, or there is no such version.</exception>
    public ValueTask<GoogleSecretVersion> DisableVersionAsync(
        string secretId, string version, string? etag = null, CancellationToken cancellationToken = default) =>
        ChangeVersionAsync("disable", secretId, version, etag, cancellationToken);

    /// <summary>Makes a disabled version readable again.</summary>
    /// <param name="secretId">The secret's id.</param>
    /// <param name="version">The version's number.</param>
    /// <param name="etag">The version's ETag, to fail when it was changed since; <see langword="null"/> to change it anyway.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The version as it is now.</returns>
    /// <exception cref="SecretProviderException">Google failed or refused, or there is no such version.</exception>
    public ValueTask<GoogleSecretVersion> EnableVersionAsync(
        string secretId, string version, string? etag = null, CancellationToken cancellationToken = default) =>
        ChangeVersionAsync("enable", secretId, version, etag, cancellationToken);

    /// <summary>Destroys the value of a version for good; where the secret delays that, the version is disabled until then.</summary>
    /// <param name="secretId">The secret's id.</param>
    /// <param name="version">The version's number.</param>
    /// <param name="etag">The version's ETag, to fail when it was changed since; <see langword="null"/> to change it anyway.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The version as it is now.</returns>
    /// <exception cref="SecretProviderException">Google failed or refused, or there is no such version.</exception>
    public ValueTask<GoogleSecretVersion> DestroyVersionAsync(
        string secretId, string version, string? etag = null, CancellationToken cancellationToken = default) =>
        ChangeVersionAsync("destroy", secretId, version, etag, cancellationToken);

    /// <summary>Deletes a secret with all its versions for good. The versions of another one of that id begin at 1 again.</summary>
    /// <param name="secretId">The secret's id.</param>
    /// <param name="etag">The secret's ETag, to fail when it was changed since; <see langword="null"/> to delete it anyway.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns><see langword="false"/> when there was none.</returns>
    /// <exception cref="SecretProviderException">Google failed or refused.</exception>
    public ValueTask<bool> DeleteSecretAsync(string secretId, string? etag = null, CancellationToken cancellationToken = default)
    {
        CheckId(secretId);
        return DeleteSecretAsync(Operation("delete", secretId, GoogleOperation.Admin), secretId, etag, cancellationToken);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
        _tokens.Dispose();
    }

    internal async ValueTask<Secret?> AccessVersionAsync(
        GoogleOperation operation, string secretId, string version, CancellationToken cancellationToken)
    {
        string resource = await ResourceAsync(operation, secretId, version, cancellationToken).ConfigureAwait(false);
        using GoogleAnswer answer = await _transport
            .SendAsync(operation, HttpMethod.Get, resource, ":access", body: null, cancellationToken).ConfigureAwait(false);
        if (answer.Error is { IsNotFound: true } or { IsFailedPrecondition: true, State: GoogleSecretVersionState.Destroyed })
            return null;
        if (answer.Error is { IsFailedPrecondition: true, State: GoogleSecretVersionState.Disabled })
            throw operation.Fail($"{resource} is disabled. Enable it, or add a version.");

        (SecretValue value, string number, uint? checksum) = answer.Read(GoogleJson.ReadPayload);
        if (checksum is { } expected && Crc32C.Compute(value.RevealBytes().Span) != expected)
        {
            value.Dispose();
            throw operation.Fail($"the value of {resource} does not match its CRC-32C checksum: it was damaged on its way.", isTransient: true);
        }

        return new Secret(operation.Subject, value, operation.Provider) { Version = number };
    }

    internal async ValueTask<GoogleSecretVersion> AddVersionAsync(
        GoogleOperation operation, string secretId, SecretValue value, GoogleSecretCreation? creation, CancellationToken cancellationToken)
    {
        int length = value.RevealBytes().Length;
        if (length == 0)
            throw operation.Fail("the value is empty, which Secret Manager does not allow.");
        if (length > MaximumValueBytes)
            throw operation.Fail($"the value has {length} bytes; Secret Manager allows {MaximumValueBytes}.");

        string resource = await ResourceAsync(operation, secretId, cancellationToken).ConfigureAwait(false);
        using var body = new SecretBuffer();
        GoogleJson.WritePayload(body, value.RevealBytes().Span);
        using (GoogleAnswer answer = await PostAsync().ConfigureAwait(false))
        {
            if (creation is null || answer.Error?.IsNotFound != true)
                return answer.Read(json => GoogleJson.ReadVersion(json, secretId));
        }

        // Somebody else may create it at the same time; either way it is there afterwards.
        await CreateSecretAsync(operation with { Permission = GoogleOperation.Admin }, secretId, creation, cancellationToken).ConfigureAwait(false);
        using GoogleAnswer second = await PostAsync().ConfigureAwait(false);
        return second.Read(json => GoogleJson.ReadVersion(json, secretId));

        ValueTask<GoogleAnswer> PostAsync() => _transport.SendAsync(operation, HttpMethod.Post, resource, ":addVersion", body, cancellationToken);
    }

    internal async ValueTask<bool> DeleteSecretAsync(GoogleOperation operation, string secretId, string? etag, CancellationToken cancellationToken)
    {
        string resource = await ResourceAsync(operation, secretId, cancellationToken).ConfigureAwait(false);
        string query = etag is null ? "" : $"?etag={Uri.EscapeDataString(etag)}";
        using GoogleAnswer answer = await _transport
            .SendAsync(operation, HttpMethod.Delete, resource, query, body: null, cancellationToken).ConfigureAwait(false);
        if (answer.Error?.IsNotFound == true)
            return false;
        answer.ThrowIfError();
        return true;
    }

    private static GoogleSecretManagerOptions Checked(GoogleSecretManagerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ValidateOptionsResult result = new GoogleSecretManagerOptionsValidator().Validate(name: null, options);
        return result.Failed
            ? throw new OptionsValidationException(Options.DefaultName, typeof(GoogleSecretManagerOptions), result.Failures)
            : options;
    }

    private static void CheckId(string secretId, [CallerArgumentExpression(nameof(secretId))] string? parameter = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(secretId, parameter);
        if (!GoogleSecretName.IsValidId(secretId))
            throw new ArgumentException($"The id of the secret must be {GoogleSecretName.Rule}.", parameter);
    }

    private static void CheckVersion(string secretId, string version)
    {
        CheckId(secretId);
        ArgumentException.ThrowIfNullOrEmpty(version);
        if (!GoogleSecretName.IsValidVersion(version))
            throw new ArgumentException("The version must be a number from 1, an alias, or 'latest'.", nameof(version));
    }

    private static void CheckPageSize(int pageSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pageSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pageSize, MaximumPageSize);
    }

    private static string Query(string? filter, int pageSize, string? page)
    {
        var query = new List<string>();
        if (pageSize > 0)
            query.Add(FormattableString.Invariant($"pageSize={pageSize}"));
        if (page is not null)
            query.Add($"pageToken={Uri.EscapeDataString(page)}");
        if (!string.IsNullOrEmpty(filter))
            query.Add($"filter={Uri.EscapeDataString(filter)}");
        return query.Count == 0 ? "" : "?" + string.Join('&', query);
    }

    private GoogleOperation Operation(string verb, string subject, string permission) => new(Name, verb, subject, permission);

    private async ValueTask<string> ParentAsync(GoogleOperation operation, CancellationToken cancellationToken)
    {
        string project = await _project.GetAsync(operation, cancellationToken).ConfigureAwait(false);
        return _location is null ? $"projects/{project}" : $"projects/{project}/locations/{_location}";
    }

    private async ValueTask<string> ResourceAsync(GoogleOperation operation, string secretId, CancellationToken cancellationToken) =>
        $"{await ParentAsync(operation, cancellationToken).ConfigureAwait(false)}/secrets/{secretId}";

    private async ValueTask<string> ResourceAsync(GoogleOperation operation, string secretId, string version, CancellationToken cancellationToken) =>
        $"{await ResourceAsync(operation, secretId, cancellationToken).ConfigureAwait(false)}/versions/{version}";

    private async ValueTask<bool> CreateSecretAsync(
        GoogleOperation operation, string secretId, GoogleSecretCreation creation, CancellationToken cancellationToken)
    {
        string parent = await ParentAsync(operation, cancellationToken).ConfigureAwait(false);
        using var body = new SecretBuffer();
        GoogleJson.WriteSecret(body, creation, isRegional: _location is not null);
        using GoogleAnswer answer = await _transport
            .SendAsync(operation, HttpMethod.Post, parent, $"/secrets?secretId={secretId}", body, cancellationToken).ConfigureAwait(false);
        if (answer.Error?.AlreadyExists == true)
            return false;
        answer.ThrowIfError();
        return true;
    }

    private async ValueTask<GoogleSecretVersion> ChangeVersionAsync(
        string verb, string secretId, string version, string? etag, CancellationToken cancellationToken)
    {
        CheckVersion(secretId, version);
        GoogleOperation operation = Operation(verb, secretId, GoogleOperation.VersionManager);
        string resource = await ResourceAsync(operation, secretId, version, cancellationToken).ConfigureAwait(false);
        using var body = new SecretBuffer();
        GoogleJson.WriteETag(body, etag);
        using GoogleAnswer answer = await _transport.SendAsync(operation, HttpMethod.Post, resource, $":{verb}", body, cancellationToken).ConfigureAwait(false);
        return answer.Read(json => GoogleJson.ReadVersion(json, secretId));
    }

    // The same page again would be the same page again, for ever.
    private static string? Next(GoogleOperation operation, string? asked, string? answered) =>
        answered is null || answered != asked ? answered : throw operation.Fail("the list has the same page again and again. Check Endpoint, and what lies between.");

    private async IAsyncEnumerable<GoogleSecretMetadata> ListSecretsCoreAsync(
        string? filter, int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        GoogleOperation operation = Operation("list", "*", GoogleOperation.Viewer);
        string parent = await ParentAsync(operation, cancellationToken).ConfigureAwait(false);
        string? page = null;
        do
        {
            List<GoogleSecretMetadata> secrets;
            string? next;
            using (GoogleAnswer answer = await _transport.SendAsync(
                operation, HttpMethod.Get, parent, "/secrets" + Query(filter, pageSize, page), body: null, cancellationToken).ConfigureAwait(false))
                (secrets, next) = answer.Read(GoogleJson.ReadSecrets);
            foreach (GoogleSecretMetadata secret in secrets)
                yield return secret;
            page = Next(operation, page, next);
        }
        while (page is not null);
    }

    private async IAsyncEnumerable<GoogleSecretVersion> ListVersionsCoreAsync(
        string secretId, string? filter, int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        GoogleOperation operation = Operation("list the versions of", secretId, GoogleOperation.Viewer);
        string resource = await ResourceAsync(operation, secretId, cancellationToken).ConfigureAwait(false);
        string? page = null;
        do
        {
            List<GoogleSecretVersion> versions;
            string? next;
            using (GoogleAnswer answer = await _transport.SendAsync(
                operation, HttpMethod.Get, resource, "/versions" + Query(filter, pageSize, page), body: null, cancellationToken).ConfigureAwait(false))
                (versions, next) = answer.Read(json => GoogleJson.ReadVersions(json, secretId));
            foreach (GoogleSecretVersion version in versions)
                yield return version;
            page = Next(operation, page, next);
        }
        while (page is not null);
    }
}
