using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Varai.GoogleCloud.Tests.Server;

/// <summary>The part of the test server that gives tokens: the JWT-bearer grant (RFC 7523), the token exchange of workload identity
/// federation (RFC 8693) and the metadata server.</summary>
internal sealed class GoogleTokens(TimeProvider clock)
{
    public const string Scope = "https://www.googleapis.com/auth/cloud-platform";
    /// <summary>What a grant is for, whatever the address that it is sent to.</summary>
    public const string GrantAudience = "https://oauth2.googleapis.com/token";

    public const string Audience = "//iam.googleapis.com/projects/482913375120/locations/global/workloadIdentityPools/pool/providers/ci";
    public const string SubjectToken = "subject-token-of-the-ci";

    private static readonly TimeSpan AllowedSkew = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, (GoogleServiceAccount Account, DateTimeOffset Expires, string Scope)> _tokens = new();
    private readonly ConcurrentDictionary<string, GoogleServiceAccount> _accounts = new();
    private int _issued;

    /// <summary>How many tokens were given out.</summary>
    public int Issued => Volatile.Read(ref _issued);

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromSeconds(3599);

    /// <summary>How much longer tokens live than their takers are told; negative for a clock that differs.</summary>
    public TimeSpan HiddenLifetime { get; set; }

    /// <summary>The scope that tokens get, whatever was asked for.</summary>
    public string GivenScope { get; set; } = Scope;

    public void Add(GoogleServiceAccount account) => _accounts[account.Email] = account;

    /// <summary>A token by other means than the grants.</summary>
    public string Issue(GoogleServiceAccount account)
    {
        string token = "ya29.test-token-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _tokens[token] = (account, clock.GetUtcNow() + Lifetime + HiddenLifetime, GivenScope);
        Interlocked.Increment(ref _issued);
        return token;
    }

    /// <summary>Every token that was ever given out.</summary>
    public IEnumerable<string> All => _tokens.Keys;

    public void RevokeAll()
    {
        foreach (string token in _tokens.Keys)
            _tokens[token] = _tokens[token] with { Expires = DateTimeOffset.MinValue };
    }

    /// <summary>The account of a request, or the refusal that Google gives.</summary>
    public GoogleServiceAccount Authenticate(string? authorization)
    {
        if (authorization?.StartsWith("Bearer ", StringComparison.Ordinal) != true
            || !_tokens.TryGetValue(authorization["Bearer ".Length..], out (GoogleServiceAccount Account, DateTimeOffset Expires, string Scope) found)
            || found.Expires <= clock.GetUtcNow())
            throw new GoogleApiException(401, "UNAUTHENTICATED", $"Request had invalid authentication credentials: {authorization}");
        if (!found.Scope.Split(' ').Contains(Scope))
            throw new GoogleApiException(403, "PERMISSION_DENIED", "Request had insufficient authentication scopes.", "ACCESS_TOKEN_SCOPE_INSUFFICIENT");
        return found.Account;
    }

    /// <summary>RFC 7523: the grant that a service account signs.</summary>
    /// <returns>The answer, or the error code of OAuth.</returns>
    public (JsonObject? Answer, string? Error, string? Description) Grant(IReadOnlyDictionary<string, string> form)
    {
        if (form.GetValueOrDefault("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer")
            return (null, "unsupported_grant_type", "Invalid grant_type");
        string[] parts = form.GetValueOrDefault("assertion", "").Split('.');
        if (parts.Length != 3)
            return (null, "invalid_grant", "Invalid JWT");

        JsonNode header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!;
        JsonNode claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        if (!_accounts.TryGetValue((string?)claims["iss"] ?? "", out GoogleServiceAccount? account))
            return (null, "invalid_grant", $"Invalid grant: account not found: {claims["iss"]}");
        if ((string?)header["alg"] != "RS256" || (string?)header["kid"] is { } keyId && keyId != account.KeyId
            || !account.Verify(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2])))
            return (null, "invalid_grant", $"Invalid JWT Signature: {form["assertion"]}");
        if ((string?)claims["aud"] != GrantAudience)
            return (null, "invalid_grant", "Invalid JWT audience");

        var issuedAt = DateTimeOffset.FromUnixTimeSeconds((long)claims["iat"]!);
        var expires = DateTimeOffset.FromUnixTimeSeconds((long)claims["exp"]!);
        DateTimeOffset now = clock.GetUtcNow();
        if (issuedAt > now + AllowedSkew || expires < now - AllowedSkew || expires - issuedAt > TimeSpan.FromHours(1))
            return (null, "invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.");
        if ((string?)claims["scope"] is not { Length: > 0 } scope || !scope.Contains(Scope, StringComparison.Ordinal))
            return (null, "invalid_scope", "Invalid OAuth scope or ID token audience provided.");
        return (Answer(account), null, null);
    }

    /// <summary>RFC 8693: a token of another identity provider for one of Google.</summary>
    public (JsonObject? Answer, string? Error, string? Description) Exchange(IReadOnlyDictionary<string, string> form, GoogleServiceAccount account)
    {
        if (form.GetValueOrDefault("grant_type") != "urn:ietf:params:oauth:grant-type:token-exchange")
            return (null, "unsupported_grant_type", "Invalid grant_type");
        if (form.GetValueOrDefault("audience") != Audience)
            return (null, "invalid_request", "Invalid value for \"audience\".");
        if (form.GetValueOrDefault("subject_token_type") != "urn:ietf:params:oauth:token-type:jwt" || form.GetValueOrDefault("subject_token") != SubjectToken)
            return (null, "invalid_grant", "The given credential is rejected by the attribute condition.");
        if (form.GetValueOrDefault("scope")?.Contains(Scope, StringComparison.Ordinal) != true)
            return (null, "invalid_scope", "scope");
        JsonObject answer = Answer(account);
        answer["issued_token_type"] = "urn:ietf:params:oauth:token-type:access_token";
        return (answer, null, null);
    }

    public JsonObject Answer(GoogleServiceAccount account) => new()
    {
        ["access_token"] = Issue(account),
        ["expires_in"] = (int)Lifetime.TotalSeconds,
        ["token_type"] = "Bearer",
    };
}
