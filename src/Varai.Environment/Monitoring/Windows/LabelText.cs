using System.Globalization;

namespace Varai.Monitoring.Windows;

/// <summary>A label's value as text: numbers as everywhere in the world, booleans in lower case.</summary>
internal static class LabelText
{
    /// <summary>Longer values are cut.</summary>
    public const int MaxLength = 256;

    /// <summary>What <see cref="Of"/> needs to write a number to.</summary>
    public const int BufferLength = 64;

    /// <summary>The text; empty for a label that counts as absent.</summary>
    /// <param name="value">The value.</param>
    /// <param name="buffer">Where it may be written to.</param>
    public static ReadOnlySpan<char> Of(object? value, Span<char> buffer)
    {
        ReadOnlySpan<char> text = value switch
        {
            null => default,
            string known => known,
            bool flag => flag ? "true" : "false",
            ISpanFormattable formattable when formattable.TryFormat(buffer, out int written, default, CultureInfo.InvariantCulture) => buffer[..written],
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };
        return text.Length <= MaxLength ? text : Cut(text);
    }

    private static ReadOnlySpan<char> Cut(ReadOnlySpan<char> text) => text[..(char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];
}
