using System.Text.Json;
using Varai.Secrets;

namespace Varai.GoogleCloud.Secrets;

/// <summary>What Google answered: a body that may hold a secret, or an error. Whoever asked disposes it.</summary>
internal sealed class GoogleAnswer(GoogleOperation operation, string resource, SecretBuffer body, GoogleError? error) : IDisposable
{
    public delegate T Reader<out T>(ReadOnlySpan<byte> json);

    public GoogleError? Error => error;

    /// <summary>Reads the body of a call that succeeded.</summary>
    public T Read<T>(Reader<T> read)
    {
        ThrowIfError();
        try
        {
            return read(body.WrittenSpan);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            // Without the cause: its message quotes what was found.
            throw operation.Fail($"the answer about {resource} is not the JSON that Secret Manager writes. Check Endpoint, and what lies between.");
        }
    }

    public void ThrowIfError()
    {
        if (error is not null)
            throw ToException();
    }

    public SecretProviderException ToException() => error!.ToException(operation, resource);

    public void Dispose() => body.Dispose();
}
