using System.Runtime.InteropServices;

namespace Varai.Monitoring.Windows;

/// <summary>Compares labels as they are given with those of a series: in any order, a label without a value counting as absent, the last of
/// several with one name counting. Allocates nothing.</summary>
internal static class LabelSet
{
    /// <summary>The labels of the series for what exceeds the limit; the name is OpenTelemetry's.</summary>
    public static readonly KeyValuePair<string, string>[] Overflow = [new("otel.metric.overflow", "true")];

    /// <summary>Further labels do not count.</summary>
    public const int MaxLabels = 32;

    /// <summary>A hash that does not depend on the order. It is not random: the number of series is limited, and so is the harm that
    /// chosen values can do.</summary>
    public static uint Hash(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        Span<char> buffer = stackalloc char[LabelText.BufferLength];
        ulong sum = 0;
        foreach (ref readonly KeyValuePair<string, object?> label in labels.Length > MaxLabels ? labels[..MaxLabels] : labels)
            sum += Hash(LabelText.Of(label.Value, buffer));
        return (uint)(sum >> 32);
    }

    /// <summary>Whether labels are those of a series. Repeated names never match.</summary>
    public static bool Matches(KeyValuePair<string, string>[] series, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        Span<char> buffer = stackalloc char[LabelText.BufferLength];
        int matched = 0;
        uint used = 0;
        foreach (ref readonly KeyValuePair<string, object?> label in labels.Length > MaxLabels ? labels[..MaxLabels] : labels)
        {
            ReadOnlySpan<char> text = LabelText.Of(label.Value, buffer);
            if (text.IsEmpty)
            {
                if (IndexOf(series, label.Key) >= 0)
                    return false;
                continue;
            }

            // Mostly they come in the order in which they came first.
            int index = matched < series.Length && series[matched].Key == label.Key ? matched : IndexOf(series, label.Key);
            if (index < 0 || (used & (1u << index)) != 0 || !text.SequenceEqual(series[index].Value))
                return false;
            used |= 1u << index;
            matched++;
        }

        return matched == series.Length;
    }

    /// <summary>The labels as a series keeps them.</summary>
    public static KeyValuePair<string, string>[] Create(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        Span<char> buffer = stackalloc char[LabelText.BufferLength];
        var created = new List<KeyValuePair<string, string>>(labels.Length);
        foreach (ref readonly KeyValuePair<string, object?> label in labels.Length > MaxLabels ? labels[..MaxLabels] : labels)
        {
            string name = label.Key;
            created.RemoveAll(l => l.Key == name);
            ReadOnlySpan<char> text = LabelText.Of(label.Value, buffer);
            if (!text.IsEmpty)
                created.Add(new(name, label.Value is string known && known.Length == text.Length ? known : text.ToString()));
        }

        return [.. created];
    }

    /// <summary>The labels of a series as they would be given.</summary>
    public static KeyValuePair<string, object?>[] AsGiven(KeyValuePair<string, string>[] series) =>
        [.. series.Select(l => new KeyValuePair<string, object?>(l.Key, l.Value))];

    /// <summary>The value of a label; empty when it is not there.</summary>
    public static string ValueOf(KeyValuePair<string, string>[] series, string label) =>
        IndexOf(series, label) is >= 0 and var index ? series[index].Value : "";

    public static IReadOnlyDictionary<string, string> ToDictionary(KeyValuePair<string, string>[] series) =>
        new SortedDictionary<string, string>(series.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);

    private static int IndexOf(KeyValuePair<string, string>[] series, string label)
    {
        for (int i = 0; i < series.Length; i++)
        {
            if (series[i].Key == label)
                return i;
        }

        return -1;
    }

    // FNV-1a over four characters at a time, with a final mix since the low bits of each product depend on few bits.
    private static ulong Hash(ReadOnlySpan<char> text)
    {
        const ulong Prime = 0x9E37_79B9_7F4A_7C15;
        if (text.IsEmpty)
            return 0;
        ulong hash = (ulong)text.Length * Prime;
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(text);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(bytes)) * Prime;
            hash ^= hash >> 32;
        }

        for (; !bytes.IsEmpty; bytes = bytes[sizeof(char)..])
            hash = (hash ^ MemoryMarshal.Read<char>(bytes)) * Prime;
        hash ^= hash >> 32;
        return hash * Prime;
    }
}
