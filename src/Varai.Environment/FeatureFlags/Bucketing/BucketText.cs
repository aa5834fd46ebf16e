using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Varai.FeatureFlags.Bucketing;

/// <summary>Turns the texts that are hashed into UTF-8, as <see cref="Encoding.UTF8"/> does: half a surrogate pair becomes U+FFFD.</summary>
internal static class BucketText
{
    /// <summary>Up to here a text is put together on the stack.</summary>
    public const int StackBytes = 256;

    /// <summary>The parts, each with a line feed before it.</summary>
    public static byte[] Suffix(params ReadOnlySpan<string> parts)
    {
        int length = 0;
        foreach (string part in parts)
            length += 1 + Encoding.UTF8.GetByteCount(part);
        var suffix = new byte[length];
        int at = 0;
        foreach (string part in parts)
        {
            suffix[at++] = (byte)'\n';
            at += Encoding.UTF8.GetBytes(part, suffix.AsSpan(at));
        }

        return suffix;
    }

    /// <summary>The text with a line feed behind it.</summary>
    public static byte[] Prefix(string text) => Encoding.UTF8.GetBytes(text + "\n");

    /// <summary>Writes a text as UTF-8 if there is room for it.</summary>
    public static bool TryWrite(ReadOnlySpan<char> text, Span<byte> to, out int written) =>
        Utf8.FromUtf16(text, to, out _, out written, replaceInvalidSequences: true, isFinalBlock: true) == OperationStatus.Done;
}
