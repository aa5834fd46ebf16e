using System.Globalization;

namespace Varai.Configuration.Schema;

/// <summary>The words of error messages.</summary>
internal static class SchemaWords
{
    private const int MaximumText = 60;
    private const int MaximumListed = 12;

    /// <summary>A node as it is shown: the value itself when it is a scalar, else what it holds.</summary>
    public static string Describe(ConfigurationNode node) => node.Kind switch
    {
        ConfigurationNodeKind.Null => "null",
        ConfigurationNodeKind.Boolean => node.Text!,
        ConfigurationNodeKind.Number => $"the number {Shorten(node.Text!)}",
        ConfigurationNodeKind.String => $"the string \"{Shorten(node.Text!)}\"",
        ConfigurationNodeKind.Array => $"an array of {Count(node.Items.Count, "item")}",
        _ => $"an object with {Count(node.Members.Count, "key")}",
    };

    /// <summary>What a node is, without its value.</summary>
    public static string KindOf(ConfigurationNode node) => node.Kind switch
    {
        ConfigurationNodeKind.Null => "null",
        ConfigurationNodeKind.Boolean => "true or false, not shown",
        ConfigurationNodeKind.Number => "a number, not shown",
        ConfigurationNodeKind.String => "a string, not shown",
        ConfigurationNodeKind.Array => "an array, not shown",
        _ => "an object, not shown",
    };

    /// <summary>The types as <c>a string or null</c>.</summary>
    public static string Types(SchemaTypes types)
    {
        var names = new List<string>();
        foreach ((SchemaTypes type, string name) in (ReadOnlySpan<(SchemaTypes, string)>)[
            (SchemaTypes.Object, "an object"), (SchemaTypes.Array, "an array"), (SchemaTypes.String, "a string"),
            (SchemaTypes.Number, "a number"), (SchemaTypes.Integer, "an integer"), (SchemaTypes.Boolean, "true or false"),
            (SchemaTypes.Null, "null")])
        {
            bool said = type == SchemaTypes.Integer && (types & SchemaTypes.Number) != 0;
            if ((types & type) != 0 && !said)
                names.Add(name);
        }

        return Join(names, "or");
    }

    /// <summary>Allowed values as <c>"a", "b" or 3</c>.</summary>
    public static string Values(IReadOnlyList<ConfigurationNode> values) => Join([.. values.Select(Value)], "or");

    /// <summary>Names as <c>'a', 'b' or 'c'</c>.</summary>
    public static string Names(IEnumerable<string> names) => Join([.. names.Select(name => $"'{name}'")], "or");

    /// <summary><c>1 item</c>, <c>2 items</c>.</summary>
    public static string Count(long count, string what) =>
        count == 1 ? $"1 {what}" : string.Create(CultureInfo.InvariantCulture, $"{count} {what}s");

    /// <summary>Cuts a long text, never through a surrogate pair.</summary>
    public static string Shorten(string text)
    {
        if (text.Length <= MaximumText)
            return text;
        int length = char.IsHighSurrogate(text[MaximumText - 1]) ? MaximumText - 1 : MaximumText;
        return string.Concat(text.AsSpan(0, length), "...");
    }

    private static string Value(ConfigurationNode node) => node.Kind switch
    {
        ConfigurationNodeKind.String => $"\"{Shorten(node.Text!)}\"",
        ConfigurationNodeKind.Number or ConfigurationNodeKind.Boolean => Shorten(node.Text!),
        _ => Describe(node),
    };

    private static string Join(List<string> parts, string last)
    {
        if (parts.Count > MaximumListed)
            return $"one of {string.Join(", ", parts.Take(MaximumListed))} and {parts.Count - MaximumListed} more";
        if (parts.Count == 0)
            return "nothing";
        return parts.Count == 1 ? parts[0] : $"{string.Join(", ", parts.Take(parts.Count - 1))} {last} {parts[^1]}";
    }
}
