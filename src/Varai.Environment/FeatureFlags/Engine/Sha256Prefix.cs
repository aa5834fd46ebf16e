using System.Buffers.Binary;
using static System.Numerics.BitOperations;

namespace Varai.FeatureFlags.Engine;

/// <summary>The first four bytes of a SHA-256, which buckets are made of.</summary>
/// <remarks>Nothing here is secret. The platform's own takes longer to be called than this takes for the one block that a user and a
/// flag fill, and allocates.</remarks>
internal static class Sha256Prefix
{
    private const int Block = 64;
    private const int LengthBytes = 8;

    private static ReadOnlySpan<uint> Initial => [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    private static ReadOnlySpan<uint> K =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>The bytes to reserve for a message and its padding.</summary>
    public static int PaddedLength(int length) => (length + 1 + LengthBytes + Block - 1) / Block * Block;

    /// <summary>Hashes a message.</summary>
    /// <param name="padded">The message and room for its padding, which is written here.</param>
    /// <param name="length">The message's length.</param>
    /// <returns>The first four bytes, the first of them lowest.</returns>
    public static uint Compute(Span<byte> padded, int length)
    {
        padded[length..].Clear();
        padded[length] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(padded[^LengthBytes..], (ulong)length * 8);
        Span<uint> state = stackalloc uint[8];
        Initial.CopyTo(state);
        for (; padded.Length > 0; padded = padded[Block..])
            Compress(state, padded);
        return BinaryPrimitives.ReverseEndianness(state[0]);
    }

    private static void Compress(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> w = stackalloc uint[Block];
        for (int t = 0; t < 16; t++)
            w[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(t * 4)..]);
        for (int t = 16; t < Block; t++)
        {
            uint x = w[t - 15], y = w[t - 2];
            w[t] = w[t - 16] + w[t - 7] + (RotateRight(x, 7) ^ RotateRight(x, 18) ^ (x >> 3)) + (RotateRight(y, 17) ^ RotateRight(y, 19) ^ (y >> 10));
        }

        uint a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        for (int t = 0; t < Block; t += 8)
        {
            h += (RotateRight(e, 6) ^ RotateRight(e, 11) ^ RotateRight(e, 25)) + (((f ^ g) & e) ^ g) + K[t] + w[t];
            d += h;
            h += (RotateRight(a, 2) ^ RotateRight(a, 13) ^ RotateRight(a, 22)) + ((a & b) | ((a | b) & c));
            g += (RotateRight(d, 6) ^ RotateRight(d, 11) ^ RotateRight(d, 25)) + (((e ^ f) & d) ^ f) + K[t + 1] + w[t + 1];
            c += g;
            g += (RotateRight(h, 2) ^ RotateRight(h, 13) ^ RotateRight(h, 22)) + ((h & a) | ((h | a) & b));
            f += (RotateRight(c, 6) ^ RotateRight(c, 11) ^ RotateRight(c, 25)) + (((d ^ e) & c) ^ e) + K[t + 2] + w[t + 2];
            b += f;
            f += (RotateRight(g, 2) ^ RotateRight(g, 13) ^ RotateRight(g, 22)) + ((g & h) | ((g | h) & a));
            e += (RotateRight(b, 6) ^ RotateRight(b, 11) ^ RotateRight(b, 25)) + (((c ^ d) & b) ^ d) + K[t + 3] + w[t + 3];
            a += e;
            e += (RotateRight(f, 2) ^ RotateRight(f, 13) ^ RotateRight(f, 22)) + ((f & g) | ((f | g) & h));
            d += (RotateRight(a, 6) ^ RotateRight(a, 11) ^ RotateRight(a, 25)) + (((b ^ c) & a) ^ c) + K[t + 4] + w[t + 4];
            h += d;
            d += (RotateRight(e, 2) ^ RotateRight(e, 13) ^ RotateRight(e, 22)) + ((e & f) | ((e | f) & g));
            c += (RotateRight(h, 6) ^ RotateRight(h, 11) ^ RotateRight(h, 25)) + (((a ^ b) & h) ^ b) + K[t + 5] + w[t + 5];
            g += c;
            c += (RotateRight(d, 2) ^ RotateRight(d, 13) ^ RotateRight(d, 22)) + ((d & e) | ((d | e) & f));
            b += (RotateRight(g, 6) ^ RotateRight(g, 11) ^ RotateRight(g, 25)) + (((h ^ a) & g) ^ a) + K[t + 6] + w[t + 6];
            f += b;
            b += (RotateRight(c, 2) ^ RotateRight(c, 13) ^ RotateRight(c, 22)) + ((c & d) | ((c | d) & e));
            a += (RotateRight(f, 6) ^ RotateRight(f, 11) ^ RotateRight(f, 25)) + (((g ^ h) & f) ^ h) + K[t + 7] + w[t + 7];
            e += a;
            a += (RotateRight(b, 2) ^ RotateRight(b, 13) ^ RotateRight(b, 22)) + ((b & c) | ((b | c) & d));
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }
}
