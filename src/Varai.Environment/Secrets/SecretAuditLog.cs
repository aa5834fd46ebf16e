using Microsoft.Extensions.Logging;

namespace Varai.Secrets;

/// <summary>Writes each access to the log, in a category of its own so that it can be sent to a place of its own.</summary>
internal sealed class SecretAuditLog(ILoggerFactory loggers) : ISecretAuditSink
{
    public const string Category = "Varai.Secrets.Audit";

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    public void Record(SecretAccess access)
    {
        ArgumentNullException.ThrowIfNull(access);
        _logger.SecretAccessed(access.Caller, access.Operation, access.Name, access.Version, access.Provider, access.Outcome, access.TraceId);
    }
}
