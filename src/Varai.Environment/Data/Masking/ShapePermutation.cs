using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Varai.Data.Masking;

/// <summary>Gives a text another of the same shape: a keyed permutation of all texts of that shape, so that two never become one. A
/// Feistel network over the characters, each in the range of its kind: of the even and the odd ones in turn, one half is shifted
/// by what a keyed hash makes of the other.</summary>
internal sealed class ShapePermutation(byte[] key)
{
    private const int Rounds = 8;
    private const int BytesPerShift = 2;

    // Apart from the tags of hashes.
    private const byte Tag = 4;
    private const int LargestLength = 18;
    private const string Reserved = ".test";

    private const char FirstAboveAscii = '\u0080';

    private static readonly SearchValues<char> InNoAddress = SearchValues.Create(" \t\r\n<>,;");

    // Consecutive letters of one alphabet and case. What is beyond ASCII and not here becomes a letter of ASCII.
    private static readonly (char First, char Last)[] Alphabets =
    [
        ('0', '9'), ('A', 'Z'), ('a', 'z'), ('\u00C0', '\u00D6'), ('\u00D8', '\u00DE'), ('\u00DF', '\u00F6'), ('\u00F8', '\u00FF'),
        ('\u0391', '\u03A1'), ('\u03B1', '\u03C9'), ('\u0410', '\u042F'), ('\u0430', '\u044F'), ('\u05D0', '\u05EA'), ('\u0621', '\u063A'),
        ('\u3042', '\u3093'), ('\u30A2', '\u30F3'), ('\u4E00', '\u9FA5'), ('\uAC00', '\uD7A3'),
    ];

    public string Apply(string value)
    {
        int at = value.LastIndexOf('@');
        int dot = value.LastIndexOf('.');
        bool isAddress = at > 0 && dot > at + 1 && dot < value.Length - 1 && !value.AsSpan().ContainsAny(InNoAddress);

        // The last label goes into the shifts, so that the same name in two domains becomes two.
        return isAddress
            ? string.Concat(Permute(value[..dot], tweak: value[dot..].ToUpperInvariant()), Reserved)
            : Permute(value, tweak: "");
    }

    /// <summary>Another number with as many digits and the same sign.</summary>
    public long Apply(long value)
    {
        string text = value.ToString(CultureInfo.InvariantCulture);
        int start = value < 0 ? 1 : 0;

        // The first digit stays in 1 to 9, and of 19 digits not all would fit.
        int first = text.Length - start > LargestLength ? start + 1 : start;
        if (value is >= 0 and <= 9)
            return Permute(text, "")[0] - '0';
        char[] characters = text.ToCharArray();
        Span<int> symbols = stackalloc int[characters.Length];
        Span<int> sizes = stackalloc int[characters.Length];
        sizes.Clear();
        for (int i = first; i < characters.Length; i++)
        {
            bool isLeading = i == start;
            symbols[i] = characters[i] - (isLeading ? '1' : '0');
            sizes[i] = isLeading ? 9 : 10;
        }

        Shift(symbols, sizes, "number");
        for (int i = first; i < characters.Length; i++)
            characters[i] = (char)(symbols[i] + (i == start ? '1' : '0'));
        return long.TryParse(characters, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long masked)
            ? masked
            : long.Parse(characters.AsSpan(0, characters.Length - 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    private string Permute(string value, string tweak)
    {
        char[] characters = value.ToCharArray();
        int[] symbols = new int[characters.Length];
        int[] sizes = new int[characters.Length];
        char[] firsts = new char[characters.Length];
        for (int i = 0; i < characters.Length; i++)
        {
            char c = characters[i];
            (char first, char last) = AlphabetOf(c);
            if (last != '\0')
            {
                (symbols[i], sizes[i], firsts[i]) = (c - first, last - first + 1, first);
            }
            else if (c >= FirstAboveAscii)
            {
                // Its place in the alphabet is lost; the shifts know the character, so that not all of these become one.
                (symbols[i], sizes[i], firsts[i]) = (c % 26, 26, 'a');
                tweak += c;
            }
        }

        Shift(symbols, sizes, tweak);
        for (int i = 0; i < characters.Length; i++)
        {
            if (sizes[i] > 0)
                characters[i] = (char)(firsts[i] + symbols[i]);
        }

        return new string(characters);
    }

    private void Shift(Span<int> symbols, ReadOnlySpan<int> sizes, string tweak)
    {
        // The shape goes into the hash: texts of two shapes are not shifted alike.
        int half = (symbols.Length + 1) / 2;
        byte[] fixedPart = Encoding.UTF8.GetBytes(tweak);
        int start = 2 + fixedPart.Length;
        byte[] message = new byte[start + (2 * sizeof(int) * half)];
        Span<byte> block = stackalloc byte[HMACSHA256.HashSizeInBytes];
        fixedPart.CopyTo(message.AsSpan(2));
        message[1] = Tag;
        for (int round = 0; round < Rounds; round++)
        {
            message[0] = (byte)round;
            int place = start;
            int parity = round % 2;
            for (int i = 1 - parity; i < symbols.Length; i += 2, place += 2 * sizeof(int))
            {
                BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(place), sizes[i] == 0 ? -1 : symbols[i]);
                BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(place + sizeof(int)), sizes[i]);
            }

            HMACSHA256.HashData(key, message.AsSpan(0, place), block);
            int used = 0;
            for (int i = parity; i < symbols.Length; i += 2)
            {
                if (sizes[i] == 0)
                    continue;
                if (used == block.Length)
                {
                    HMACSHA256.HashData(key, block, block);
                    used = 0;
                }

                symbols[i] = (symbols[i] + BinaryPrimitives.ReadUInt16BigEndian(block[used..])) % sizes[i];
                used += BytesPerShift;
            }
        }
    }

    private static (char First, char Last) AlphabetOf(char c)
    {
        foreach ((char first, char last) in Alphabets)
        {
            if (c >= first && c <= last)
                return (first, last);
        }

        return ('\0', '\0');
    }
}
