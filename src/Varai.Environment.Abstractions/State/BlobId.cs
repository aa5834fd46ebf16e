using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Varai.State;

/// <summary>The name of a blob: the SHA-256 of its content, written as 64 lower-case hexadecimal digits.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BlobId
{
    /// <summary>The length of the hash in bytes.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    /// <summary>Takes a finished hash.</summary>
    /// <param name="hash">The 32 bytes of a SHA-256.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public BlobId(ReadOnlySpan<byte> hash)
    {
        if (hash.Length != Size)
            throw new ArgumentException($"A SHA-256 has {Size} bytes, this one {hash.Length}.", nameof(hash));
        _high = BinaryPrimitives.ReadUInt128BigEndian(hash);
        _low = BinaryPrimitives.ReadUInt128BigEndian(hash[16..]);
    }

    /// <summary>The id a content has.</summary>
    /// <param name="content">The whole content.</param>
    public static BlobId FromContent(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(content, hash);
        return new BlobId(hash);
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <param name="text">64 lower-case hexadecimal digits.</param>
    /// <exception cref="FormatException">It is anything else.</exception>
    public static BlobId Parse(string text) => TryParse(text, out BlobId id)
        ? id
        : throw new FormatException($"'{text}' is no blob id: 64 lower-case hexadecimal digits are.");

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <param name="text">Anything.</param>
    /// <param name="id">The id, when the text is one.</param>
    /// <returns>Whether the text is 64 lower-case hexadecimal digits: one id has one spelling.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out BlobId id)
    {
        id = default;
        if (text is not { Length: Size * 2 } || text.AsSpan().ContainsAnyInRange('A', 'F'))
            return false;
        Span<byte> hash = stackalloc byte[Size];
        if (Convert.FromHexString(text, hash, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        id = new BlobId(hash);
        return true;
    }

    /// <summary>Writes the hash.</summary>
    /// <param name="destination">Room for at least 32 bytes.</param>
    /// <exception cref="ArgumentException">There is less room.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length < Size)
            throw new ArgumentException($"A SHA-256 needs {Size} bytes of room, there are {destination.Length}.", nameof(destination));
        BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _low);
    }

    /// <summary>Writes the 64 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> hash = stackalloc byte[Size];
        CopyTo(hash);
        return Convert.ToHexStringLower(hash);
    }
}
