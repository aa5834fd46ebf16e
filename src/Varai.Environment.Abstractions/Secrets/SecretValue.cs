using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Varai.Secrets;

/// <summary>The value of a secret: text or bytes, shown only to whoever asks for it by calling a method.</summary>
/// <remarks>
/// There is no property with the value, so that serialisers and destructuring loggers, which read properties, find nothing,
/// and <see cref="ToString"/> writes <c>***</c>. The bytes lie in memory that the garbage collector does not move or copy, and
/// are overwritten with zeros by <see cref="Dispose"/>; a string exists only once <see cref="RevealString"/> was called.
/// Immutable and safe from any thread until it is disposed. A value that an <see cref="ISecretStore"/> hands out is shared by
/// all who read that secret: leave its disposal to the store.
/// </remarks>
public sealed class SecretValue : IDisposable
{
    /// <summary>What is written in place of a value.</summary>
    public const string Redacted = "***";

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private byte[]? _bytes;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private string? _text;

    /// <summary>Creates a value from text.</summary>
    /// <param name="text">The text, kept as UTF-8; may be empty.</param>
    public SecretValue(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _bytes = Allocate(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, _bytes);
    }

    /// <summary>Creates a value from bytes, which may be UTF-8 text or anything else.</summary>
    /// <param name="bytes">The bytes, which are copied; the caller overwrites its own, where that matters.</param>
    public SecretValue(ReadOnlySpan<byte> bytes)
    {
        _bytes = Allocate(bytes.Length);
        bytes.CopyTo(_bytes);
    }

    /// <summary>Creates a value from a JSON string, without a <see cref="string"/> on the way.</summary>
    /// <param name="reader">Stands on a token of type <see cref="JsonTokenType.String"/>.</param>
    /// <exception cref="InvalidOperationException">It stands on another token, or the string is no valid text.</exception>
    public static SecretValue FromJsonString(ref Utf8JsonReader reader) => Take(ref reader, decodeBase64: false);

    /// <summary>Creates a value from a JSON string that holds bytes in base64, without a <see cref="string"/> on the way.</summary>
    /// <param name="reader">Stands on a token of type <see cref="JsonTokenType.String"/>.</param>
    /// <exception cref="InvalidOperationException">It stands on another token.</exception>
    /// <exception cref="FormatException">The string is no base64; the message does not quote it.</exception>
    public static SecretValue FromJsonBase64(ref Utf8JsonReader reader) => Take(ref reader, decodeBase64: true);

    /// <summary>Creates a value from base64.</summary>
    /// <param name="base64">The text as ASCII; white space in it is passed over.</param>
    /// <exception cref="FormatException">It is no base64; the message does not quote it.</exception>
    public static SecretValue FromBase64(ReadOnlySpan<byte> base64)
    {
        byte[] scratch = Allocate(Base64.GetMaxDecodedFromUtf8Length(base64.Length));
        try
        {
            return Base64.DecodeFromUtf8(base64, scratch, out _, out int written) == OperationStatus.Done
                ? new SecretValue(scratch.AsSpan(0, written))
                : throw new FormatException("The value is not base64.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scratch);
        }
    }

    /// <summary>The value as text.</summary>
    /// <returns>The same string each time.</returns>
    /// <exception cref="InvalidOperationException">The value is binary: its bytes are no valid UTF-8.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public string RevealString() => _text ?? Decode();

    /// <summary>The value as bytes; text is given as UTF-8.</summary>
    /// <returns>The same memory each time, not a copy; it is zero after <see cref="Dispose"/>.</returns>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public ReadOnlyMemory<byte> RevealBytes() => Bytes();

    /// <summary>Whether another value has the same bytes, compared in a time that does not depend on where they differ.</summary>
    /// <param name="other">The other value.</param>
    /// <exception cref="ObjectDisposedException">One of them was disposed.</exception>
    public bool ContentEquals(SecretValue? other) => other is not null
        && (ReferenceEquals(this, other) || CryptographicOperations.FixedTimeEquals(Bytes(), other.Bytes()));

    /// <summary>Whether the value was disposed. A method, so that nothing that prints properties finds one here.</summary>
    public bool IsDisposed() => Volatile.Read(ref _bytes) is null;

    /// <summary>Overwrites the bytes with zeros. Strings that were handed out live on; nobody can overwrite those.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _bytes, null) is not { } bytes)
            return;
        _text = null;
        CryptographicOperations.ZeroMemory(bytes);
    }

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => Redacted;

    private static SecretValue Take(ref Utf8JsonReader reader, bool decodeBase64)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new InvalidOperationException($"The value is no JSON string but {reader.TokenType}.");

        byte[] scratch = Allocate(reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length);
        try
        {
            int length = reader.CopyString(scratch);
            return decodeBase64 ? FromBase64(scratch.AsSpan(0, length)) : new SecretValue(scratch.AsSpan(0, length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scratch);
        }
    }

    // Pinned: an array that the collector moves leaves its old copy behind.
    private static byte[] Allocate(int length) => GC.AllocateUninitializedArray<byte>(length, pinned: true);

    private byte[] Bytes() => Volatile.Read(ref _bytes) ?? throw new ObjectDisposedException(nameof(SecretValue));

    private string Decode()
    {
        byte[] bytes = Bytes();
        // Checked before, not caught after: the decoder's own error quotes the bytes it met.
        if (!Utf8.IsValid(bytes))
            throw new InvalidOperationException("The value is binary, not UTF-8 text. Call RevealBytes instead.");
        string text = Encoding.UTF8.GetString(bytes);
        // Disposed meanwhile, the bytes may have been overwritten while they were read.
        _ = Bytes();
        string kept = Interlocked.CompareExchange(ref _text, text, null) ?? text;
        if (!IsDisposed())
            return kept;
        _text = null;
        throw new ObjectDisposedException(nameof(SecretValue));
    }
}
