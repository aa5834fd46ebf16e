namespace Varai.Secrets;

/// <summary>One access to a secret: who, what, where, with which outcome; never the value.</summary>
/// <param name="Name">The secret's name, with version and field where those were asked for.</param>
/// <param name="Operation">What was done.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="At">When it ended.</param>
public sealed record SecretAccess(string Name, SecretOperation Operation, SecretOutcome Outcome, DateTimeOffset At)
{
    /// <summary>On whose behalf; see <see cref="SecretCaller"/>.</summary>
    public string? Caller { get; init; }

    /// <summary>The provider that answered, or that failed; <see langword="null"/> when none did.</summary>
    public string? Provider { get; init; }

    /// <summary>The version that was read or written, or <see langword="null"/> when there is none.</summary>
    public string? Version { get; init; }

    /// <summary>The identifier of the trace that the access belongs to, or <see langword="null"/> outside of one.</summary>
    public string? TraceId { get; init; }
}
