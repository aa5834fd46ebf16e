using System.Text;
using Varai.Configuration;

namespace Varai.Promotion.Planning;

/// <summary>Writes a value as a person would write it into a file that is there already: short ones on one line, long ones over
/// several in the file's own indentation; members in their order.</summary>
internal sealed class ReadableJson
{
    private const int LongestLine = 80;

    private readonly bool _oneLine;
    private readonly string _newLine = "\n";
    private readonly string _unit = "  ";

    /// <param name="file">The file; null for a new one.</param>
    public ReadableJson(ConfigurationFile? file)
    {
        if (file is null)
            return;

        // YAML takes the value as one line, and a file of one line stays one.
        ReadOnlySpan<byte> text = file.Content.Span;
        _oneLine = !file.Path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && !file.Path.EndsWith(".jsonc", StringComparison.OrdinalIgnoreCase);
        _newLine = text.IndexOf("\r\n"u8) >= 0 ? "\r\n" : "\n";
        _oneLine |= !text.Contains((byte)'\n');

        // The first indented member tells.
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            int indent = line.IndexOfAnyExcept(" \t"u8);
            if (indent > 0 && line[indent] == (byte)'"')
            {
                _unit = Encoding.UTF8.GetString(line[..indent]);
                break;
            }
        }
    }

    /// <param name="node">The value.</param>
    /// <param name="key">Where it goes, which says how far it is indented.</param>
    public string Write(ConfigurationNode node, string key)
    {
        var text = new StringBuilder();
        Write(node, key.Count(static c => c == ':') + 1, text);
        return text.ToString();
    }

    private void Write(ConfigurationNode node, int depth, StringBuilder text)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        bool isObject = node.Kind == ConfigurationNodeKind.Object;
        if (!isObject && node.Kind != ConfigurationNodeKind.Array)
        {
            text.Append(ConfigurationJson.ToJson(node));
            return;
        }

        int count = isObject ? node.Members.Count : node.Items.Count;
        if (count == 0)
        {
            text.Append(isObject ? "{}" : "[]");
            return;
        }

        bool isLine = _oneLine || FitsOnLine(node);
        text.Append(isObject ? '{' : '[');
        for (int i = 0; i < count; i++)
        {
            if (i > 0)
                text.Append(',');
            if (!isLine)
                Break(depth + 1, text);
            else if (i > 0 || isObject)
                text.Append(' ');
            if (isObject)
                text.Append(ConfigurationJson.ToJson(ConfigurationNode.Scalar(ConfigurationNodeKind.String, node.Members[i].Name))).Append(": ");
            Write(isObject ? node.Members[i].Value : node.Items[i], depth + 1, text);
        }

        if (!isLine)
            Break(depth, text);
        else if (isObject)
            text.Append(' ');
        text.Append(isObject ? '}' : ']');
    }

    private void Break(int depth, StringBuilder text)
    {
        text.Append(_newLine);
        for (int i = 0; i < depth; i++)
            text.Append(_unit);
    }

    private static bool FitsOnLine(ConfigurationNode node) => Length(node, LongestLine) <= LongestLine;

    // Stops counting where it is too long anyway, so that a large document is not measured at each of its levels.
    private static int Length(ConfigurationNode node, int most)
    {
        int length = node.Text?.Length + 2 ?? 4;
        foreach (ConfigurationMember member in node.Members)
        {
            if (length > most)
                return length;
            length += member.Name.Length + 4 + Length(member.Value, most - length);
        }

        foreach (ConfigurationNode item in node.Items)
        {
            if (length > most)
                return length;
            length += 2 + Length(item, most - length);
        }

        return length;
    }
}
