namespace Varai.Secrets;

/// <summary>On whose behalf secrets are accessed, for <see cref="ISecretAuditSink"/>: flows with the asynchronous calls.</summary>
public static class SecretCaller
{
    private static readonly AsyncLocal<string?> Ambient = new();

    /// <summary>The caller set for the present flow, or <see langword="null"/> for the service itself.</summary>
    public static string? Current => Ambient.Value;

    /// <summary>Sets the caller until the result is disposed.</summary>
    /// <param name="caller">A user, a job, a tenant: as an audit shall show it.</param>
    public static IDisposable Use(string caller)
    {
        ArgumentException.ThrowIfNullOrEmpty(caller);
        var restore = new Restore(Ambient.Value);
        Ambient.Value = caller;
        return restore;
    }

    private sealed class Restore(string? previous) : IDisposable
    {
        public void Dispose() => Ambient.Value = previous;
    }
}
