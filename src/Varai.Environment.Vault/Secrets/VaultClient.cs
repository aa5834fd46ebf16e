using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Varai.Secrets;
using Varai.Vault.Secrets.Auth;

namespace Varai.Vault.Secrets;

/// <summary>A client for HashiCorp Vault and OpenBao that keeps its token valid: it logs in at the first request, renews the token in
/// the background and logs in anew when it has to.</summary>
/// <remarks>Safe from any thread; one per Vault is enough. It does not retry: a <see cref="VaultException"/> says whether that makes
/// sense. Values never become strings on the way. Disposed asynchronously it revokes the token that it has got for itself.</remarks>
public sealed partial class VaultClient : IAsyncDisposable, IDisposable
{
    private readonly VaultOptions _options;
    private readonly VaultTransport _transport;
    private readonly VaultLogin _login;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _instance;
    private readonly long _startedAt;
    private volatile bool _hasAnswered;
    private int _disposed;

    /// <summary>Creates a client. Nothing is sent yet.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="timeProvider">The clock; <see langword="null"/> for the system's.</param>
    /// <param name="logger">Is told of logins and renewals; <see langword="null"/> for nobody.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is not valid.</exception>
    /// <exception cref="VaultException">A certificate file can't be read.</exception>
    public VaultClient(VaultOptions options, TimeProvider? timeProvider = null, ILogger<VaultClient>? logger = null)
        : this(VaultInstance.DefaultName, options, timeProvider, logger)
    {
    }

    internal VaultClient(string instance, VaultOptions options, TimeProvider? timeProvider, ILogger<VaultClient>? logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (new VaultOptionsValidator(instance).Validate(instance, options) is { Failed: true } invalid)
            throw new Microsoft.Extensions.Options.OptionsValidationException(instance, typeof(VaultOptions), invalid.Failures);

        (_instance, _options, _time, _logger) = (instance, options, timeProvider ?? TimeProvider.System, logger ?? NullLogger<VaultClient>.Instance);
        _startedAt = _time.GetTimestamp();
        _transport = new VaultTransport(options, _time);
        _login = new VaultLogin(SendAsync);
        Session = new VaultSession(VaultAuth.Create(options.Auth), _login, _time, _logger, instance);
    }

    internal VaultSession Session { get; }

    /// <summary>The key-value engine at a mount.</summary>
    /// <param name="mount">Where it is mounted; <see langword="null"/> for the one of the options.</param>
    /// <param name="version">Its version, 1 or 2; <see langword="null"/> to ask Vault once.</param>
    public VaultKeyValue KeyValue(string? mount = null, int? version = null) =>
        new(this, mount ?? _options.Mount, version ?? (mount is null || mount == _options.Mount ? _options.KvVersion : null));

    /// <summary>Reads a path of any engine. What it makes on demand comes with a <see cref="VaultData.Lease"/>.</summary>
    /// <param name="path">The path, such as <c>database/creds/readonly</c>.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The fields, or <see langword="null"/> when there is nothing; the caller disposes them.</returns>
    /// <exception cref="VaultException">Vault refused or failed.</exception>
    public async Task<VaultData?> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        VaultCall call = VaultCall.Get(VaultPath.Valid(path));
        using VaultAnswer answer = await ExecuteAsync(call, cancellationToken).ConfigureAwait(false);
        return answer.IsNotFound || answer.Status == 204 ? null : VaultEnvelope.Read(call, answer, static envelope => envelope.ToData());
    }

    /// <summary>Writes text fields to a path of any engine.</summary>
    /// <param name="path">The path, such as <c>transit/encrypt/orders</c>.</param>
    /// <param name="fields">The fields, each sent as a text.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>What Vault answered, or <see langword="null"/> when that is nothing; the caller disposes it.</returns>
    /// <exception cref="VaultException">Vault refused or failed.</exception>
    /// <exception cref="ArgumentException">A field is no text.</exception>
    public async Task<VaultData?> WriteAsync(
        string path, IReadOnlyDictionary<string, SecretValue> fields, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        using SecretBuffer body = VaultJson.Write(fields);
        return await PostAsync(VaultPath.Valid(path), body, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a JSON object to a path of any engine.</summary>
    /// <param name="path">The path.</param>
    /// <param name="json">The body of the request.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>What Vault answered, or <see langword="null"/> when that is nothing; the caller disposes it.</returns>
    /// <exception cref="VaultException">Vault refused or failed.</exception>
    /// <exception cref="ArgumentException">The value is no JSON object.</exception>
    public async Task<VaultData?> WriteJsonAsync(string path, SecretValue json, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(json);
        VaultJson.CheckObject(json);
        using var body = new SecretBuffer(Math.Max(1, json.RevealBytes().Length));
        json.RevealBytes().Span.CopyTo(body.GetSpan(json.RevealBytes().Length));
        body.Advance(json.RevealBytes().Length);
        return await PostAsync(VaultPath.Valid(path), body, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes a path of any engine.</summary>
    /// <param name="path">The path.</param>
    /// <param name="cancellationToken">Cancels the deletion.</param>
    /// <exception cref="VaultException">Vault refused or failed.</exception>
    public async Task DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        var call = new VaultCall(HttpMethod.Delete, VaultPath.Valid(path));
        using VaultAnswer answer = await ExecuteAsync(call, cancellationToken).ConfigureAwait(false);
        if (answer.IsNotFound)
            throw VaultErrors.From(call, answer);
    }

    /// <summary>Lists what is directly below a path of any engine; folders end in <c>/</c>.</summary>
    /// <param name="path">The path, such as <c>database/roles</c>.</param>
    /// <param name="pageSize">How many names each request asks for, where the server pages (OpenBao does, Vault gives all at once);
    /// 0 asks for all.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>Each name once; nothing when there is no such path.</returns>
    /// <exception cref="VaultException">Vault refused or failed.</exception>
    public async IAsyncEnumerable<string> ListAsync(
        string path, int pageSize = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pageSize);
        VaultPath.Valid(path);
        string? last = null;
        for (bool more = true; more;)
        {
            List<string> page = await ListPageAsync(path, pageSize, last, cancellationToken).ConfigureAwait(false);
            // A server that does not page gives everything again and again.
            List<string> fresh = last is null ? page : [.. page.Where(key => string.CompareOrdinal(key, last) > 0)];
            foreach (string key in fresh)
                yield return key;
            more = pageSize > 0 && page.Count == pageSize && fresh.Count > 0;
            last = page.Count > 0 ? page[^1] : last;
        }
    }

    /// <summary>Stops renewing. The token is left to expire; <see cref="DisposeAsync"/> revokes it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        Session.Dispose();
        _transport.Dispose();
    }

    /// <summary>Stops renewing and revokes the token, if this client has got it for itself.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Volatile.Read(ref _disposed) == 0 && Session.Current is { IsOwned: true } state && state.Remaining(_time) > TimeSpan.Zero
            && _options.RevokeTimeout > TimeSpan.Zero)
        {
            using var timeout = new CancellationTokenSource(_options.RevokeTimeout, _time);
            try
            {
                await _login.RevokeAsync(state.Token, timeout.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                _logger.TokenNotRevoked(_instance, $"Vault did not answer within {_options.RevokeTimeout:c}.");
            }
            catch (VaultException e)
            {
                _logger.TokenNotRevoked(_instance, e.Message);
            }
        }

        Dispose();
    }

    /// <summary>Sends with the session's token; once more with another one when it was refused for the token's sake.</summary>
    /// <returns>An answer that is a success or says that there is nothing.</returns>
    internal async Task<VaultAnswer> ExecuteAsync(VaultCall call, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        cancellationToken.ThrowIfCancellationRequested();
        VaultSessionState state = await Session.GetAsync(cancellationToken).ConfigureAwait(false);
        VaultAnswer answer = await SendAsync(call, state.Token, cancellationToken).ConfigureAwait(false);
        if (answer.Status is 401 or 403)
        {
            bool replaced;
            try
            {
                replaced = await Session.ReplaceAsync(state, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                answer.Dispose();
                throw;
            }

            if (replaced)
            {
                answer.Dispose();
                state = await Session.GetAsync(cancellationToken).ConfigureAwait(false);
                answer = await SendAsync(call, state.Token, cancellationToken).ConfigureAwait(false);
            }
        }

        if (answer.IsSuccess || answer.IsNotFound)
            return answer;
        using (answer)
            throw VaultErrors.From(call, answer);
    }

    private async Task<VaultData?> PostAsync(string path, SecretBuffer body, CancellationToken cancellationToken)
    {
        VaultCall call = VaultCall.Post(path, body);
        using VaultAnswer answer = await ExecuteAsync(call, cancellationToken).ConfigureAwait(false);
        if (answer.IsNotFound)
            throw VaultErrors.From(call, answer);
        return answer.Status == 204 ? null : VaultEnvelope.Read(call, answer, static envelope => envelope.ToData());
    }

    private async Task<List<string>> ListPageAsync(string path, int pageSize, string? after, CancellationToken cancellationToken)
    {
        string query = "list=true";
        if (pageSize > 0)
            query += FormattableString.Invariant($"&limit={pageSize}") + (after is null ? "" : "&after=" + Uri.EscapeDataString(after));
        VaultCall call = VaultCall.Get(path) with { Query = query };
        using VaultAnswer answer = await ExecuteAsync(call, cancellationToken).ConfigureAwait(false);
        return answer.IsNotFound ? [] : VaultEnvelope.Read(call, answer, static envelope =>
        {
            var members = new JsonMembers(envelope.Data);
            while (members.MoveNext())
            {
                if (members.Name == "keys")
                    return members.Texts();
            }

            return [];
        });
    }

    private Task<VaultAnswer> SendAsync(VaultCall call, string? token, CancellationToken cancellationToken) =>
        _hasAnswered || _options.WaitForUnseal == TimeSpan.Zero
            ? _transport.SendAsync(call, token, cancellationToken)
            : SendWaitingAsync(call, token, cancellationToken);

    private async Task<VaultAnswer> SendWaitingAsync(VaultCall call, string? token, CancellationToken cancellationToken)
    {
        while (true)
        {
            (VaultAnswer? answer, VaultException? failure) = await TryAsync(call, token, cancellationToken).ConfigureAwait(false);
            if (answer is not null)
                return answer;

            TimeSpan remaining = _options.WaitForUnseal - _time.GetElapsedTime(_startedAt);
            if (remaining <= TimeSpan.Zero)
                throw failure!;
            _logger.Waiting(_instance, remaining, failure!.Message);
            await Task.Delay(remaining < TimeSpan.FromSeconds(1) ? remaining : TimeSpan.FromSeconds(1), _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(VaultAnswer? Answer, VaultException? Failure)> TryAsync(VaultCall call, string? token, CancellationToken cancellationToken)
    {
        try
        {
            VaultAnswer answer = await _transport.SendAsync(call, token, cancellationToken).ConfigureAwait(false);
            if (answer.Status is 472 or 473 or 501 or 503)
            {
                using (answer)
                    return (null, VaultErrors.From(call, answer));
            }

            _hasAnswered = true;
            return (answer, null);
        }
        catch (VaultException e) when (e.WasNotSent || e.IsThrottled)
        {
            return (null, e);
        }
    }
}
