using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Varai.Configuration;
using Varai.FeatureFlags.Bucketing;
using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Conditions;

/// <summary>Reads what the parameters of conditions have in common; what is wrong is reported, and the answer is false then.</summary>
internal static class ConditionParameters
{
    /// <summary>The member of an object; null when it is absent or null.</summary>
    public static ConfigurationNode? Member(ConfigurationNode? node, string name) =>
        node?.Find(name) is { Kind: not ConfigurationNodeKind.Null } member ? member : null;

    /// <summary>The text of a string or a number; null for everything else.</summary>
    public static string? Text(ConfigurationNode? node) =>
        node is { Kind: ConfigurationNodeKind.String or ConfigurationNodeKind.Number } ? node.Text : null;

    /// <summary>Whether a list is absent, or what a configuration source makes of an empty one.</summary>
    public static bool IsNoList([NotNullWhen(false)] ConfigurationNode? node) => node is null or { Kind: ConfigurationNodeKind.String, Text.Length: 0 };

    /// <summary>Whether an object is absent or empty, which is the same to a configuration source.</summary>
    public static bool IsNoObject([NotNullWhen(false)] ConfigurationNode? node) => node is null or { Kind: ConfigurationNodeKind.Object, Members.Count: 0 };

    /// <summary>Whether a node is an object.</summary>
    public static bool IsObject(ConditionSource source, ConfigurationNode node, string name)
    {
        if (node.Kind == ConfigurationNodeKind.Object)
            return true;
        source.Report(node, name, $"{Last(name)} is no object.", "an object", FlagErrors.Describe(node));
        return false;
    }

    /// <summary>A percentage from 0 to 100, written as a number or as a string; the fallback when it is absent. Nothing is reported.</summary>
    public static bool TryParsePercentage([NotNullWhen(false)] ConfigurationNode? node, double fallback, out double percentage)
    {
        percentage = fallback;
        return node is null
            || (double.TryParse(Text(node), NumberStyles.Float, CultureInfo.InvariantCulture, out percentage) && percentage is >= 0 and <= 100);
    }

    /// <summary>A percentage, written as a number or as a string; the fallback when it is absent.</summary>
    public static bool TryReadPercentage(ConditionSource source, ConfigurationNode? node, string name, double fallback, out double percentage)
    {
        if (TryParsePercentage(node, fallback, out percentage))
            return true;
        if (!double.TryParse(Text(node), NumberStyles.Float, CultureInfo.InvariantCulture, out percentage) || double.IsNaN(percentage))
        {
            source.Report(node, name, $"{Last(name)} is no number.", "a percentage from 0 to 100", FlagErrors.Describe(node));
            return false;
        }

        source.Report(node, name, $"{Last(name)} is out of range.", "a percentage from 0 to 100", percentage.ToString("R", CultureInfo.InvariantCulture));
        return false;
    }

    /// <summary>A whole number of at least 1, written as a number or as a string; the fallback when it is absent.</summary>
    public static bool TryReadCount(ConditionSource source, ConfigurationNode? node, string name, int fallback, out int count, int least = 1)
    {
        count = fallback;
        if (node is null)
            return true;
        if (!int.TryParse(Text(node), NumberStyles.Integer, CultureInfo.InvariantCulture, out count))
        {
            source.Report(node, name, $"{Last(name)} is no whole number.", "a whole number of at least 1", FlagErrors.Describe(node));
            return false;
        }

        if (count >= least)
            return true;
        source.Report(node, name, $"{Last(name)} is out of range.", "a whole number of at least 1", count.ToString(CultureInfo.InvariantCulture));
        return false;
    }

    /// <summary>One of some words, whatever its case; the fallback when it is absent.</summary>
    public static bool TryReadWord<T>(ConditionSource source, ConfigurationNode? node, string name, T fallback, out T word)
        where T : struct, Enum
    {
        word = fallback;
        if (node is null)
            return true;
        if (node.Kind == ConfigurationNodeKind.String)
        {
            foreach (T candidate in Enum.GetValues<T>())
            {
                if (string.Equals(candidate.ToString(), node.Text, StringComparison.OrdinalIgnoreCase))
                {
                    word = candidate;
                    return true;
                }
            }
        }

        source.Errors.Report(
            node.Origin, $"{source.Key}:{name}", $"{Last(name)} has a value that is not known.",
            $"one of {string.Join(", ", Enum.GetNames<T>())}", node.Kind == ConfigurationNodeKind.String ? "another string" : FlagErrors.Describe(node),
            node.Kind == ConfigurationNodeKind.String ? Spelling.Nearest(node.Text!, Enum.GetNames<T>()) : null);
        return false;
    }

    /// <summary>A list of names; none when it is absent. A null in it names nobody, a number counts as its text.</summary>
    public static bool TryReadNames(ConditionSource source, ConfigurationNode? node, string name, out NameSet names)
    {
        names = new NameSet([]);
        if (IsNoList(node))
            return true;
        if (node.Kind != ConfigurationNodeKind.Array)
        {
            source.Report(node, name, $"{Last(name)} is no list.", "an array of strings", FlagErrors.Describe(node));
            return false;
        }

        bool sound = true;
        ReadOnlySpan<ConfigurationNode> items = node.ItemSpan();
        var texts = new string[items.Length];
        int count = 0;
        for (int i = 0; i < items.Length; i++)
        {
            ConfigurationNode item = items[i];
            if (Text(item) is { } text)
            {
                texts[count++] = text;
            }
            else if (item.Kind != ConfigurationNodeKind.Null)
            {
                source.Report(item, $"{name}:{i.ToString(CultureInfo.InvariantCulture)}", $"An item of {Last(name)} is no string.", "a string", FlagErrors.Describe(item));
                sound = false;
            }
        }

        names = new NameSet(count == texts.Length ? texts : texts[..count]);
        return sound;
    }

    /// <summary>A percentage in words.</summary>
    public static string Percent(double percentage) => percentage.ToString("R", CultureInfo.InvariantCulture) + " %";

    /// <summary>Where a bucket lies, with as many digits as it takes to see that it is below the percentage or is not.</summary>
    public static string Compare(double bucket, double percentage, bool isIn)
    {
        string text = bucket.ToString("0.##", CultureInfo.InvariantCulture);
        if (double.Parse(text, CultureInfo.InvariantCulture) < percentage != isIn)
            text = bucket.ToString("R", CultureInfo.InvariantCulture);
        return $"bucket {text} is {(isIn ? "" : "not ")}below {percentage.ToString("R", CultureInfo.InvariantCulture)}";
    }

    /// <summary>What is said of a range that holds all or none, for which nothing is hashed.</summary>
    public static string Compare(in BucketRange range, uint bucket, double percentage, bool isIn) =>
        range.IsFull ? "100 % is everybody"
        : range.IsEmpty ? "0 % is nobody"
        : Compare(MicrosoftBucket.Percentage(bucket), percentage, isIn);

    private static string Last(string name) => name[(name.LastIndexOf(':') + 1)..];
}
