using System.Collections.Concurrent;
using Varai.Secrets;

namespace SecretsSample;

/// <summary>Counts who accessed what, with which outcome.</summary>
internal sealed class AuditTrail : ISecretAuditSink
{
    private readonly ConcurrentDictionary<(string Name, SecretOperation Operation, SecretOutcome Outcome, string? Caller), int> _counts = new();

    public IEnumerable<string> Lines => _counts
        .OrderBy(entry => entry.Key.Name, StringComparer.Ordinal).ThenBy(entry => entry.Key.Operation).ThenBy(entry => entry.Key.Outcome)
        .Select(entry => $"{entry.Key.Caller}: {entry.Key.Operation} {entry.Key.Name}, {entry.Key.Outcome}, {entry.Value} times");

    public void Record(SecretAccess access) =>
        _counts.AddOrUpdate((access.Name, access.Operation, access.Outcome, access.Caller), 1, static (_, count) => count + 1);
}
