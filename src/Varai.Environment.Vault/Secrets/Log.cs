using Microsoft.Extensions.Logging;

namespace Varai.Vault.Secrets;

/// <summary>Event ids 1700 to 1719.</summary>
internal static partial class Log
{
    [LoggerMessage(1700, LogLevel.Information, "Logged in to Vault (provider '{Provider}'); the token is valid for {TimeToLive} (zero: it does not expire).")]
    public static partial void LoggedIn(this ILogger logger, string provider, TimeSpan timeToLive);

    [LoggerMessage(1701, LogLevel.Information, "Vault no longer accepts the token (provider '{Provider}'); logging in again.")]
    public static partial void TokenRefused(this ILogger logger, string provider);

    [LoggerMessage(1702, LogLevel.Debug, "The Vault token (provider '{Provider}') was renewed and is valid for {TimeToLive}; for the last time: {Capped}.")]
    public static partial void TokenRenewed(this ILogger logger, string provider, TimeSpan timeToLive, bool capped);

    [LoggerMessage(1703, LogLevel.Warning, "The Vault token (provider '{Provider}') could not be renewed; it is valid for {Remaining} more. {Reason}")]
    public static partial void TokenNotRenewed(this ILogger logger, string provider, TimeSpan remaining, string reason);

    [LoggerMessage(1704, LogLevel.Debug, "The lease of '{Secret}' (provider '{Provider}') was renewed for {Duration}; for the last time: {Capped}.")]
    public static partial void LeaseRenewed(this ILogger logger, string provider, string secret, TimeSpan duration, bool capped);

    [LoggerMessage(1705, LogLevel.Warning, "The lease of '{Secret}' (provider '{Provider}') could not be renewed; it is valid for {Remaining} more. {Reason}")]
    public static partial void LeaseNotRenewed(this ILogger logger, string provider, string secret, TimeSpan remaining, string reason);

    [LoggerMessage(1706, LogLevel.Information, "The lease of '{Secret}' (provider '{Provider}') ends in {Remaining} and can't be renewed further; the next read gets new credentials.")]
    public static partial void LeaseEnding(this ILogger logger, string provider, string secret, TimeSpan remaining);

    [LoggerMessage(1707, LogLevel.Information, "{Revoked} of {Held} leases (provider '{Provider}') were revoked at shutdown; what was not revoked ends by itself.")]
    public static partial void LeasesRevoked(this ILogger logger, string provider, int revoked, int held);

    [LoggerMessage(1708, LogLevel.Warning, "The Vault token (provider '{Provider}') was not revoked at shutdown and ends by itself. {Reason}")]
    public static partial void TokenNotRevoked(this ILogger logger, string provider, string reason);

    [LoggerMessage(1709, LogLevel.Information, "Waiting for Vault (provider '{Provider}'), for at most {Remaining} more: {Reason}")]
    public static partial void Waiting(this ILogger logger, string provider, TimeSpan remaining, string reason);
}
