namespace Varai.Secrets;

/// <summary>Is told of every access to a secret.</summary>
/// <remarks>Called by the secret store on the thread of the access, from any number of threads at once and never while a lock is
/// held, so it returns quickly: one that writes to a slow place queues. What it throws is logged and counted, and does not reach the
/// caller. Without a sink an access costs nothing. Registered as a singleton; the container disposes it.</remarks>
public interface ISecretAuditSink
{
    /// <summary>Takes note of an access.</summary>
    /// <param name="access">The access; it holds no value.</param>
    void Record(SecretAccess access);
}
