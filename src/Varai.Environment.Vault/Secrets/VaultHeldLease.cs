using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <summary>Credentials that Vault has made for this process, and how long they are valid.</summary>
internal sealed class VaultHeldLease(string name, VaultLease lease, SecretValue value, string? contentType, string token) : IDisposable
{
    public string Name => name;

    public string Id => lease.Id;

    /// <summary>What tells these credentials from the next ones.</summary>
    public string Version { get; } = lease.Id[(lease.Id.LastIndexOf('/') + 1)..];

    /// <summary>The token that made them: when it ends, they end.</summary>
    public string Token => token;

    /// <summary>What a renewal asks for.</summary>
    public TimeSpan Asked => lease.Duration;

    public SecretValue Value => value;

    public string? ContentType => contentType;

    public long SetAt { get; set; }

    public TimeSpan Duration { get; set; }

    public bool CanRenew { get; set; }

    /// <summary>Whether the next read shall get other credentials.</summary>
    public bool IsEnding { get; set; }

    public ITimer? Timer { get; set; }

    public TimeSpan Remaining(TimeProvider time) => Duration - time.GetElapsedTime(SetAt);

    public void Dispose()
    {
        Timer?.Dispose();
        value.Dispose();
    }
}
