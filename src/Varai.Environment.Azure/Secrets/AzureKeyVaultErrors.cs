using System.Security.Authentication;
using System.Text.RegularExpressions;
using Azure;
using Azure.Identity;
using Microsoft.Identity.Client;
using Varai.Secrets;

namespace Varai.AzureCloud.Secrets;

/// <summary>Says what went wrong in words of our own. The SDK's exceptions quote answers and are never kept.</summary>
internal static partial class AzureKeyVaultErrors
{
    private const int TooManyRequests = 429;

    private const string OddAnswer = "The vault answered what can't be understood. Check that VaultUri is the address of a Key Vault.";

    public static SecretProviderException Describe(Exception exception, AzureKeyVaultCall call, SecretCallInfo info) => exception switch
    {
        CredentialUnavailableException => Make(
            info, $"No Azure credential could be used ({Detail(exception)}). Set Identity and what it needs, or the environment that DefaultAzureCredential reads."),
        AuthenticationFailedException => DescribeLogin(exception, info),
        RequestFailedException { Status: > 0 } failed => DescribeStatus(failed.Status, call, info),
        OperationCanceledException => Make(info, "The vault did not answer in time.", isTransient: true),
        InvalidDataException => Make(info, OddAnswer),
        _ when Find<AuthenticationException>(exception) is not null => Make(
            info, "The TLS connection to the vault failed: its certificate is not trusted or is not for that name."),
        RequestFailedException or IOException or HttpRequestException => Make(
            info, $"The connection to the vault failed ({Cause(exception)}).", isTransient: true),
        InvalidOperationException when exception.Message.Contains("DisableChallengeResourceVerification", StringComparison.Ordinal) => Make(
            info, "The vault asks for tokens for another domain than its own. If it is meant to, set DisableChallengeResourceVerification."),
        _ => Make(info, $"{OddAnswer} ({exception.GetType().Name})"),
    };

    public static SecretProviderException NoValue(SecretCallInfo info) => Make(info, OddAnswer);

    public static SecretProviderException NotYetActive(SecretCallInfo info, DateTimeOffset notBefore) => Make(
        info,
        FormattableString.Invariant($"Its current version is not active before {notBefore:u}. Wait, ask for another version, or change its activation date."));

    private static SecretProviderException DescribeStatus(int status, AzureKeyVaultCall call, SecretCallInfo info) => status switch
    {
        401 => Make(info, $"The vault refused the token ({Shown(status, call)}). Check that the identity belongs to the vault's tenant."),
        403 => Make(info, DescribeForbidden(status, call, info)),
        404 => Make(info, $"There is no such secret, or no Key Vault at that address ({Shown(status, call)}). Check VaultUri."),
        TooManyRequests => Make(info, "The vault has had too many requests (429).", isTransient: true, isThrottled: true, call.RetryAfter),
        408 => Make(info, $"The vault did not answer in time ({Shown(status, call)}).", isTransient: true),
        >= 500 => Make(info, $"The vault is in trouble ({Shown(status, call)}).", isTransient: true, retryAfter: call.RetryAfter),
        400 when call.Sent is { } value => Make(
            info,
            $"The vault refused it ({Shown(status, call)}). The value has {value.RevealBytes().Length} bytes{(call.SendsBase64 ? ", stored as base64" : "")}; Key Vault takes at most 25,600 as stored, 15 tags and 255 characters of content type."),
        _ => Make(info, $"The vault refused it ({Shown(status, call)})."),
    };

    private static string DescribeForbidden(int status, AzureKeyVaultCall call, SecretCallInfo info) => call.InnerCode switch
    {
        "SecretDisabled" => "It is disabled in the vault. Enable it, or ask for a version that is enabled.",
        "SecretNotYetValid" => "It is not active yet. Wait, or change its activation date in the vault.",
        "SecretExpired" => "It has expired in the vault. Write a new version, or change its expiry.",
        "ForbiddenByFirewall" or "ForbiddenByConnection" => $"The vault's network rules refuse this machine ({Shown(status, call)}).",
        _ => $"The identity may not do that ({Shown(status, call)}). Give it the role '{info.Role}' on the vault, or the same permission in its access policy.",
    };

    private static SecretProviderException DescribeLogin(Exception exception, SecretCallInfo info)
    {
        if (Find<AuthenticationException>(exception) is not null)
            return Make(info, "The login to Azure failed: the certificate of the authority is not trusted or is not for that name.");
        if (Find<MsalServiceException>(exception) is { StatusCode: > 0 } service)
        {
            bool isThrottled = service.StatusCode == TooManyRequests;
            return Make(
                info,
                $"The login to Azure was refused ({service.StatusCode}{Login(service)}). Check TenantId, ClientId and the credential.",
                isTransient: isThrottled || service.StatusCode is 408 or >= 500,
                isThrottled);
        }

        bool isTransient = Find<HttpRequestException>(exception) is not null || Find<IOException>(exception) is not null
            || Find<OperationCanceledException>(exception) is not null
            || Find<RequestFailedException>(exception) is { Status: 0 or 408 or TooManyRequests or >= 500 };
        return Make(info, $"The login to Azure failed ({Cause(exception)}).", isTransient);
    }

    private static SecretProviderException Make(
        SecretCallInfo info, string reason, bool isTransient = false, bool isThrottled = false, TimeSpan? retryAfter = null) =>
        new(info.Provider, info.Operation, info.Secret, reason) { IsTransient = isTransient, IsThrottled = isThrottled, RetryAfter = retryAfter };

    private static string Shown(int status, AzureKeyVaultCall call) => (call.Code, call.InnerCode) switch
    {
        (null, null) => $"{status}",
        (not null, not null) => $"{status} {call.Code}, {call.InnerCode}",
        _ => $"{status} {call.Code ?? call.InnerCode}",
    };

    private static string Login(MsalServiceException service)
    {
        string code = ErrorBody.Word(service.ErrorCode) is { } word ? " " + word : "";
        Match number = EntraNumber.Match(service.Message);
        return number.Success ? $"{code}, {number.Value}" : code;
    }

    // Our own texts about the file are the only messages of these types that are shown.
    private static string Detail(Exception exception) =>
        exception.Message.StartsWith(ClientSecretFileCredential.FileProblem, StringComparison.Ordinal) ? exception.Message : exception.GetType().Name;

    private static string Cause(Exception exception) =>
        Find<HttpRequestException>(exception) is { } request ? request.HttpRequestError.ToString()
        : Innermost(exception).GetType().Name;

    private static Exception Innermost(Exception exception) =>
        exception.InnerException is { } inner ? Innermost(inner) : exception;

    private static T? Find<T>(Exception? exception)
        where T : Exception => exception switch
        {
            null => null,
            T found => found,
            AggregateException { InnerExceptions.Count: > 0 } all => all.InnerExceptions.Select(Find<T>).FirstOrDefault(found => found is not null),
            _ => Find<T>(exception.InnerException),
        };

    [GeneratedRegex("AADSTS[0-9]{1,9}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EntraNumber { get; }
}
