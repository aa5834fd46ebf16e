using System.Net;

namespace Varai.Vault.Secrets;

/// <summary>Makes errors of answers. Of what Vault says only known phrases are looked for; the text itself is never passed on.</summary>
internal static class VaultErrors
{
    public static VaultException From(VaultCall call, VaultAnswer answer)
    {
        (VaultError error, string reason) = Find(call, answer);
        return new VaultException(error, $"Vault answered {answer.Status} to {call}: {reason}")
        {
            StatusCode = (HttpStatusCode)answer.Status,
            RetryAfter = answer.RetryAfter,
        };
    }

    public static VaultException InvalidAnswer(VaultCall call, string what) => new(
        VaultError.InvalidAnswer,
        $"Vault's answer to {call} {what}. Is the address that of a Vault, and nothing between that changes answers?");

    private static (VaultError Error, string Reason) Find(VaultCall call, VaultAnswer answer) => answer.Status switch
    {
        400 or 401 or 403 when call.IsLogin => (
            VaultError.LoginRefused,
            $"the login was refused. Check Auth:Mount, the role and the credentials at '{call.Path}'."),
        400 => BadRequest(answer),
        401 or 403 => (
            VaultError.PermissionDenied,
            $"the token may not do this, or it is no longer valid. Grant it in a policy: path \"{call.Path}\" {{ capabilities = [{call.Capabilities}] }}."),
        404 => (VaultError.NotFound, "there is nothing at this path, or no engine is mounted there."),
        405 => (VaultError.InvalidRequest, "the engine at this path can't do that."),
        408 or 504 => (VaultError.TimedOut, "it took too long."),
        412 => (VaultError.Inconsistent, "the node has not seen the latest state yet."),
        429 => (VaultError.Throttled, "there are too many requests (a rate limit quota, or the node is a standby)."),
        472 or 473 => (VaultError.Standby, "the node is a standby and does not pass requests on."),
        501 => (VaultError.Sealed, "it is not initialised."),
        503 when answer.Says("sealed"u8) => (VaultError.Sealed, "it is sealed. It answers again once it is unsealed."),
        >= 500 => (VaultError.Unavailable, "it has trouble of its own; see its log."),
        _ => (VaultError.InvalidAnswer, "nothing is known to do about this status. Is the address that of a Vault?"),
    };

    private static (VaultError Error, string Reason) BadRequest(VaultAnswer answer)
    {
        if (answer.Says("check-and-set parameter did not match"u8))
            return (VaultError.CheckAndSetMismatch, "somebody else has written a newer version. Read it and decide again.");
        if (answer.Says("check-and-set parameter required"u8))
            return (VaultError.CheckAndSetRequired, "this entry is written only with the version that the write replaces.");
        if (answer.Says("lease not found"u8) || answer.Says("invalid lease"u8) || answer.Says("lease is not renewable"u8) || answer.Says("lease expired"u8))
            return (VaultError.LeaseNotFound, "there is no such lease any more, or it can't be renewed.");
        if (answer.Says("wrapping token is not valid"u8))
            return (VaultError.WrappingTokenInvalid, "the wrapping token is unknown, expired or was used before. If nobody of yours has used it, somebody else did.");
        return (VaultError.InvalidRequest, "the request makes no sense to it; its audit log says why.");
    }
}
