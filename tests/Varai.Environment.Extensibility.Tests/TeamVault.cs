using System.Collections.Concurrent;
using System.Globalization;
using Varai.Secrets;

namespace Contoso.Extensions;

/// <summary>A secret provider written outside Varai, readable and writable.</summary>
internal sealed class TeamVault : ISecretProvider, ISecretWriter
{
    private readonly ConcurrentDictionary<string, (SecretValue Value, int Version)> _secrets = new(StringComparer.Ordinal);

    public string Name => "team-vault";

    public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Find(request));
    }

    public Secret? Find(SecretRequest request)
    {
        bool found = _secrets.TryGetValue(request.Name, out (SecretValue Value, int Version) held);
        string version = held.Version.ToString(CultureInfo.InvariantCulture);
        return found && (request.Version ?? version) == version
            ? new Secret(request.Name, Copy(held.Value), Name) { Version = version }
            : null;
    }

    public ValueTask<string?> SetAsync(string name, SecretValue value, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SecretValue kept = Copy(value);
        int version = _secrets.AddOrUpdate(name, (kept, 1), (_, old) => (kept, old.Version + 1)).Version;
        return ValueTask.FromResult<string?>(version.ToString(CultureInfo.InvariantCulture));
    }

    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_secrets.TryRemove(name, out _));
    }

    // What is given belongs to the store, what is taken to the caller.
    private static SecretValue Copy(SecretValue value) => new(value.RevealBytes().Span);
}
