using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <summary>What came back: a status and a body, which is overwritten when it is disposed.</summary>
internal sealed class VaultAnswer(int status, SecretBuffer body) : IDisposable
{
    public int Status => status;

    public bool IsSuccess => status is >= 200 and < 300;

    /// <summary>Nothing is there; a path that no engine knows is a mistake, not that.</summary>
    public bool IsNotFound => status == 404 && !Says("no handler for route"u8) && !Says("unsupported path"u8);

    public TimeSpan? RetryAfter { get; init; }

    public ReadOnlySpan<byte> Body => body.WrittenSpan;

    public bool Says(ReadOnlySpan<byte> text) => body.WrittenSpan.IndexOf(text) >= 0;

    public void Dispose() => body.Dispose();
}
