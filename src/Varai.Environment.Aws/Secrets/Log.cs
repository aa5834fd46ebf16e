using Microsoft.Extensions.Logging;

namespace Varai.Aws.Secrets;

/// <summary>Event ids 1720 to 1739.</summary>
internal static partial class Log
{
    [LoggerMessage(1720, LogLevel.Warning, "The clock of this machine is {Skew} away from that of AWS. Requests are signed with AWS's time; set the clock right.")]
    public static partial void AwsClockSkew(this ILogger logger, TimeSpan skew);

    [LoggerMessage(1721, LogLevel.Information, "AWS did not take the credentials of the secret provider '{Provider}' ({Code}). They were resolved afresh.")]
    public static partial void AwsCredentialsRenewed(this ILogger logger, string provider, string code);

    [LoggerMessage(1722, LogLevel.Warning, "The secret provider '{Provider}' reads from the replica region {Region}, because {FirstRegion} fails: {Reason}")]
    public static partial void AwsReplicaInUse(this ILogger logger, string provider, string region, string firstRegion, string reason);

    [LoggerMessage(1723, LogLevel.Information, "The secret provider '{Provider}' reads from its first region {Region} again.")]
    public static partial void AwsFirstRegionBack(this ILogger logger, string provider, string region);
}
