using System.Buffers;
using System.Text;

namespace Varai.Monitoring.Channels;

/// <summary>Texts of SMS (3GPP 23.038): in 7 bits where every character is in that alphabet, else in UCS-2, and in how many parts.</summary>
internal static class SmsText
{
    /// <summary>The longest text that Twilio takes, in UTF-16 units.</summary>
    public const int MaximumLength = 1600;

    private const string Basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    private const string Extended = "\f^{}\\[~]|€"; // two septets each

    private static readonly SearchValues<char> Alphabet = SearchValues.Create(Basic + Extended);
    private static readonly SearchValues<char> Doubles = SearchValues.Create(Extended);

    /// <summary>A text whose typographic characters are those of the small alphabet, and which has no control characters but line ends.</summary>
    public static string Simplify(string text)
    {
        var simple = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            simple.Append(c switch
            {
                '…' => "...",
                '–' or '—' or '•' or '\u2212' => "-",
                '“' or '”' or '„' => "\"",
                '‘' or '’' => "'",
                '×' => "x",
                '\n' => "\n",
                '\r' => "",
                _ when char.IsControl(c) || char.IsWhiteSpace(c) => " ",
                _ => c.ToString(),
            });
        }

        return simple.ToString();
    }

    public static bool IsGsm7(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Alphabet);

    /// <summary>In how many parts a text is sent, and paid for.</summary>
    public static int CountSegments(string text)
    {
        int segments = 0;
        int position = 0;
        do
        {
            position = NextSegment(text, position, IsGsm7(text));
            segments++;
        }
        while (position < text.Length);

        return segments;
    }

    /// <summary>The beginning of a text that fits into so many parts, with three dots where something is left out.</summary>
    public static string Fit(string text, int segments)
    {
        string simple = Simplify(text).Trim();
        if (simple.Length <= MaximumLength && CountSegments(simple) <= segments)
            return simple;
        int length = Math.Min(simple.Length, Math.Min(MaximumLength, segments * 160) - 3);
        while (true)
        {
            if (length > 0 && char.IsHighSurrogate(simple[length - 1]))
                length--;
            string cut = $"{simple.AsSpan(0, length).TrimEnd()}...";
            if (CountSegments(cut) <= segments)
                return cut;
            length--;
        }
    }

    private static int NextSegment(string text, int start, bool isGsm7)
    {
        int size = 0;
        bool isWhole = start == 0 && SizeOf(text, isGsm7) <= (isGsm7 ? 160 : 70);
        int room = isWhole ? int.MaxValue : isGsm7 ? 153 : 67;
        int position = start;
        while (position < text.Length)
        {
            int units = !isGsm7 && char.IsHighSurrogate(text[position]) && position + 1 < text.Length ? 2 : 1;
            int cost = isGsm7 && Doubles.Contains(text[position]) ? 2 : units;
            if (size + cost > room)
                break;
            size += cost;
            position += units;
        }

        return position;
    }

    private static int SizeOf(string text, bool isGsm7) => isGsm7 ? text.Length + text.Count(static c => Doubles.Contains(c)) : text.Length;
}
