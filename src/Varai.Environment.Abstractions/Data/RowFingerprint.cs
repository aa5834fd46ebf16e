using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Varai.Data;

/// <summary>Adds rows up to a fingerprint that does not depend on their order: the sum of 128 bits of each row's SHA-256. The same
/// row twice counts twice.</summary>
/// <remarks>It finds what copying can do to data; it is no signature. Not safe for several threads.</remarks>
public sealed class RowFingerprint
{
    /// <summary>The size of the sum in bytes.</summary>
    public const int Size = 16;

    private UInt128 _sum;

    /// <summary>How many rows were added.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds a row.</summary>
    /// <param name="row">The row's values, written so that different rows have different bytes.</param>
    public void Add(ReadOnlySpan<byte> row)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(row, hash);
        AddHash(hash);
    }

    /// <summary>Adds a row that is too large to hold as a whole.</summary>
    /// <param name="hash">The SHA-256 of what <see cref="Add"/> would have been given.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public void AddHash(ReadOnlySpan<byte> hash)
    {
        if (hash.Length != SHA256.HashSizeInBytes)
            throw new ArgumentException($"A SHA-256 has {SHA256.HashSizeInBytes} bytes, this one {hash.Length}.", nameof(hash));
        _sum += BinaryPrimitives.ReadUInt128BigEndian(hash);
        Rows++;
    }

    /// <summary>Writes the sum.</summary>
    /// <param name="destination">Room for at least 16 bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is less room.</exception>
    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, _sum);

    /// <summary>Writes the sum as 32 lower-case hexadecimal digits.</summary>
    public override string ToString() => _sum.ToString("x32", CultureInfo.InvariantCulture);
}
