using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Varai.Secrets;

/// <summary>Hands each access to the audit sinks.</summary>
internal sealed class SecretAuditor(ISecretAuditSink[] sinks, string? service, TimeProvider time, ILogger logger)
{
    private readonly ConcurrentDictionary<Type, bool> _failed = new();
    private long _lost;

    /// <summary>How many records a sink has thrown away by throwing.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    public void Read(string name, SecretReading reading) =>
        Record(name, SecretOperation.Read, reading.Outcome, reading.Entry.Secret?.Provider, reading.Entry.Secret?.Version);

    public void Record(string name, SecretOperation operation, SecretOutcome outcome, string? provider = null, string? version = null)
    {
        var access = new SecretAccess(name, operation, outcome, time.GetUtcNow())
        {
            Caller = SecretCaller.Current ?? service,
            Provider = provider,
            Version = version,
            TraceId = Activity.Current?.TraceId.ToString(),
        };
        foreach (ISecretAuditSink sink in sinks)
        {
            try
            {
                sink.Record(access);
            }
            catch (Exception e)
            {
                OnFailure(sink, e);
            }
        }
    }

    public void Failed(string name, SecretOperation operation, Exception error) => Record(
        name,
        operation,
        error is SecretNotFoundException ? SecretOutcome.NotFound : SecretOutcome.Failed,
        (error as SecretProviderException)?.Provider);

    private void OnFailure(ISecretAuditSink sink, Exception e)
    {
        Interlocked.Increment(ref _lost);
        if (!_failed.TryAdd(sink.GetType(), value: true))
            return;

        try
        {
            logger.SecretAuditFailed(sink.GetType().Name, e.GetType().Name);
        }
        catch (Exception)
        {
            // The sink may be the logger that throws; the count says that records are lost.
        }
    }
}
