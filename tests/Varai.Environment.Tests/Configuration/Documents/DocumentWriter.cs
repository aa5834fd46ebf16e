using System.Text;
using System.Text.Json;
using Varai.Configuration;
using Varai.Configuration.Documents;

namespace Varai.Tests.Configuration.Documents;

/// <summary>Writes a tree as people do: JSON on several lines with comments, YAML in blocks.</summary>
internal static class DocumentWriter
{
    public static string Json(ConfigurationNode node, bool comments = false, string indent = "", string newLine = "\n")
    {
        string inner = indent + "  ";
        string note = comments ? " // note" : "";
        return node.Kind switch
        {
            ConfigurationNodeKind.Object when node.Members.Count > 0 => "{" + newLine + string.Concat(node.Members.Select((m, i) =>
                $"{inner}{JsonSerializer.Serialize(m.Name)}: {Json(m.Value, comments, inner, newLine)}{(i + 1 < node.Members.Count || comments ? "," : "")}{note}{newLine}"))
                + indent + "}",
            ConfigurationNodeKind.Array when node.Items.Count > 0 => "[" + string.Join(", ", node.Items.Select(i => Json(i, comments, inner, newLine))) + "]",
            ConfigurationNodeKind.Object => "{}",
            ConfigurationNodeKind.Array => "[]",
            ConfigurationNodeKind.String => JsonSerializer.Serialize(node.Text),
            _ => node.Text ?? "null",
        };
    }

    public static string Yaml(ConfigurationNode root, bool comments = false, string newLine = "\n")
    {
        if (root.Members.Count == 0)
            return "{}" + newLine;
        var text = new StringBuilder();
        Block(root, 0, comments, newLine, text);
        return text.ToString();
    }

    private static void Block(ConfigurationNode node, int indent, bool comments, string newLine, StringBuilder text)
    {
        foreach (ConfigurationMember member in node.Members)
        {
            if (comments)
                text.Append(' ', indent).Append("# above").Append(newLine);
            text.Append(' ', indent).Append(Scalar(Sample.Text(member.Name))).Append(':');
            Value(member.Value, indent + 2, comments, newLine, text);
        }
    }

    private static void Value(ConfigurationNode value, int indent, bool comments, string newLine, StringBuilder text)
    {
        string note = comments ? " # note" : "";
        if (value is { Kind: ConfigurationNodeKind.Object, Members.Count: > 0 })
        {
            text.Append(note).Append(newLine);
            Block(value, indent, comments, newLine, text);
        }
        else if (value is { Kind: ConfigurationNodeKind.Array, Items.Count: > 0 })
        {
            text.Append(note).Append(newLine);
            foreach (ConfigurationNode item in value.Items)
            {
                text.Append(' ', indent).Append('-');
                Value(item, indent + 2, comments, newLine, text);
            }
        }
        else
        {
            text.Append(' ').Append(Scalar(value)).Append(note).Append(newLine);
        }
    }

    private static string Scalar(ConfigurationNode value) => YamlText.Write(value, inBrackets: false);
}
