namespace Varai.Vault.Secrets;

/// <summary>The state of the node that answered.</summary>
public sealed record VaultHealth
{
    /// <summary>Whether it was initialised.</summary>
    public bool IsInitialized { get; init; }

    /// <summary>Whether it is sealed: nothing can be read or written.</summary>
    public bool IsSealed { get; init; }

    /// <summary>Whether it is a standby, which passes requests on to the active node.</summary>
    public bool IsStandby { get; init; }

    /// <summary>Its version, or <see langword="null"/> when it does not say.</summary>
    public string? Version { get; init; }

    /// <summary>The name of its cluster, or <see langword="null"/> when it does not say.</summary>
    public string? ClusterName { get; init; }

    /// <summary>Its clock, or <see langword="null"/> when it does not say.</summary>
    public DateTimeOffset? ServerTime { get; init; }
}
