using System.Globalization;
using Varai.Configuration;

namespace Varai.FeatureFlags.Definitions;

/// <summary>Reads the scalars of a definition; what is wrong is reported, and read as nothing.</summary>
internal static class NodeReading
{
    public static bool IsTrue(ConfigurationNode node) => node.Text == "true";

    /// <summary>A member that is there and not null.</summary>
    public static ConfigurationNode? FindValue(this ConfigurationNode node, string name) =>
        node.Find(name) is { Kind: not ConfigurationNodeKind.Null } value ? value : null;

    /// <summary>A number: written as one, or as text that is one, as environment variables write it.</summary>
    public static bool TryReadNumber(this ConfigurationNode node, out double number)
    {
        number = 0;
        return node.Kind is ConfigurationNodeKind.Number or ConfigurationNodeKind.String
            && double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number);
    }

    public static bool TryReadDate(this ConfigurationNode node, out DateTimeOffset date)
    {
        date = default;
        return node.Kind == ConfigurationNodeKind.String
            && DateTimeOffset.TryParse(node.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out date);
    }

    /// <summary>One of an enum's names, whatever the case.</summary>
    public static bool TryReadName<T>(this ConfigurationNode node, out T value)
        where T : struct, Enum
    {
        value = default;
        return node.Kind == ConfigurationNodeKind.String && node.Text is [var first, ..] && char.IsAsciiLetter(first)
            && Enum.TryParse(node.Text, ignoreCase: true, out value) && Enum.IsDefined(value);
    }

    public static string? ReadText(ConfigurationNode node, string key, FlagErrors errors)
    {
        if (node.Kind == ConfigurationNodeKind.String && node.Text!.Length > 0)
            return node.Text;
        errors.Add(node, key, "Text is missing here.", "a string that is not empty", FlagErrors.Describe(node));
        return null;
    }

    public static bool? ReadBoolean(ConfigurationNode node, string key, FlagErrors errors)
    {
        if (node.Kind == ConfigurationNodeKind.Boolean)
            return IsTrue(node);
        errors.Add(node, key, "This must be a boolean.", "true or false", FlagErrors.Describe(node));
        return null;
    }

    public static double? ReadPercentage(ConfigurationNode node, string key, FlagErrors errors)
    {
        if (node.TryReadNumber(out double number) && number is >= 0 and <= 100)
            return number;
        errors.Add(node, key, "This must be a percentage.", "a number from 0 to 100", node.Kind == ConfigurationNodeKind.Number ? node.Text : FlagErrors.Describe(node));
        return null;
    }

    /// <summary>Scalars as text: a list, or one alone.</summary>
    public static List<string> ReadTexts(ConfigurationNode node, string key, FlagErrors errors)
    {
        var texts = new List<string>();
        if (node.Kind == ConfigurationNodeKind.Array)
        {
            for (int i = 0; i < node.Items.Count; i++)
                Read(node.Items[i], i);
        }
        else
        {
            Read(node, -1);
        }

        return texts;

        void Read(ConfigurationNode item, int index)
        {
            if (item.Text is { } text)
                texts.Add(text);
            else
                errors.Add(item, index < 0 ? key : $"{key}:{index.ToString(CultureInfo.InvariantCulture)}", "This must be a value to compare with.", "text, a number or a boolean", FlagErrors.Describe(item));
        }
    }

    public static string At(string key, int index) => string.Create(CultureInfo.InvariantCulture, $"{key}:{index}");
}
