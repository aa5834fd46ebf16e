namespace Varai.Secrets;

/// <summary>One call to a provider with all its attempts.</summary>
/// <param name="Operation">What it does: read, write, delete or list.</param>
/// <param name="Name">The secret's name as it was asked for.</param>
/// <param name="Timeout">How long all attempts may take together.</param>
/// <param name="AttemptTimeout">How long one may take.</param>
/// <param name="Retries">How often it may be repeated.</param>
/// <param name="StartedAt">A timestamp.</param>
/// <param name="Cancelled">The caller's token.</param>
internal sealed record SecretCall(
    string Operation, string Name, TimeSpan Timeout, TimeSpan AttemptTimeout, int Retries, long StartedAt, CancellationToken Cancelled)
{
    /// <summary>Whether it changes something, so that it can't be repeated unless it was refused.</summary>
    public bool IsWrite => Operation is "write" or "delete";

    /// <summary>Whether the name stands for several, so that no later call has it.</summary>
    public bool IsOfMany { get; init; }

    /// <summary>The attempts begun.</summary>
    public int Attempts { get; set; }

    /// <summary>How the last attempt that failed did.</summary>
    public SecretProviderException? LastError { get; set; }

    /// <summary>Whether that was because it did not answer in time.</summary>
    public bool LastTimedOut { get; set; }
}
