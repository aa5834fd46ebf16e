using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace Varai.Secrets;

/// <summary>The value of a secret: text or bytes, shown only to whoever asks for it by calling a method.</summary>
/// <remarks>
/// There is no property with the value, so that serialisers and destructuring loggers, which read properties, find nothing,
/// and <see cref="ToString"/> writes <c>***</c>. Immutable; safe from any thread.
/// </remarks>
public sealed class SecretValue
{
    /// <summary>What is written in place of a value.</summary>
    public const string Redacted = "***";

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private string? _text;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private byte[]? _bytes;

    /// <summary>Creates a value from text.</summary>
    /// <param name="text">The text; may be empty.</param>
    public SecretValue(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _text = text;
    }

    /// <summary>Creates a value from bytes, which may be UTF-8 text or anything else.</summary>
    /// <param name="bytes">The bytes; the value owns the array from here on.</param>
    public SecretValue(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        _bytes = bytes;
    }

    /// <summary>The value as text.</summary>
    /// <returns>The same string each time.</returns>
    /// <exception cref="InvalidOperationException">The value is binary: its bytes are no valid UTF-8.</exception>
    public string RevealString() => _text ?? Decode();

    /// <summary>The value as bytes; text is given as UTF-8.</summary>
    /// <returns>The same memory each time, not a copy.</returns>
    public ReadOnlyMemory<byte> RevealBytes() => _bytes ??= Encoding.UTF8.GetBytes(_text!);

    /// <summary>Whether another value has the same bytes, compared in a time that does not depend on where they differ.</summary>
    /// <param name="other">The other value.</param>
    public bool ContentEquals(SecretValue? other) => other is not null
        && (ReferenceEquals(this, other) || CryptographicOperations.FixedTimeEquals(RevealBytes().Span, other.RevealBytes().Span));

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => Redacted;

    private string Decode()
    {
        // Checked before, not caught after: the decoder's own error quotes the bytes it met.
        if (!Utf8.IsValid(_bytes))
            throw new InvalidOperationException("The value is binary, not UTF-8 text. Call RevealBytes instead.");
        return _text = Encoding.UTF8.GetString(_bytes!);
    }
}
