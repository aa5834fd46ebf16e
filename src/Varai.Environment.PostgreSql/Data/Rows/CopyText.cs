using System.Buffers;
using System.Globalization;
using System.Text;

namespace Varai.PostgreSql.Data.Rows;

/// <summary>Text as COPY writes it.</summary>
internal static class CopyText
{
    private static readonly SearchValues<char> Special = SearchValues.Create("\\\b\f\n\r\t\v");

    public static void Unescape(ReadOnlySpan<byte> field, IBufferWriter<byte> output)
    {
        Span<byte> room = output.GetSpan(Math.Max(1, field.Length));
        int count = 0;
        for (int i = 0; i < field.Length; i++)
        {
            byte value = field[i];
            if (value == (byte)'\\' && i + 1 < field.Length)
            {
                value = field[++i] switch
                {
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    (byte)'v' => (byte)'\v',
                    byte other => other,
                };
            }

            room[count++] = value;
        }

        output.Advance(count);
    }

    public static void Escape(string text, IBufferWriter<byte> output)
    {
        if (text.AsSpan().ContainsAny(Special))
        {
            var escaped = new StringBuilder(text.Length + 8);
            foreach (char c in text)
            {
                escaped.Append(c switch
                {
                    '\\' => @"\\",
                    '\b' => @"\b",
                    '\f' => @"\f",
                    '\n' => @"\n",
                    '\r' => @"\r",
                    '\t' => @"\t",
                    '\v' => @"\v",
                    _ => c.ToString(),
                });
            }

            text = escaped.ToString();
        }

        Encoding.UTF8.GetBytes(text, output);
    }

    /// <summary>A JSON string, as the server writes it.</summary>
    public static string JsonString(string text)
    {
        var json = new StringBuilder(text.Length + 2);
        json.Append('"');
        foreach (char c in text)
        {
            json.Append(c switch
            {
                '"' => "\\\"",
                '\\' => @"\\",
                '\b' => @"\b",
                '\f' => @"\f",
                '\n' => @"\n",
                '\r' => @"\r",
                '\t' => @"\t",
                < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => c.ToString(),
            });
        }

        return json.Append('"').ToString();
    }
}
