using System.Globalization;
using Varai.Configuration;
using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Definitions;

/// <summary>Reads the members of one object of a definition and reports what does not fit. A null member counts as absent.</summary>
/// <param name="node">The object.</param>
/// <param name="key">Its configuration key.</param>
/// <param name="lenient">Whether booleans and numbers may come as text, as they do from Microsoft's configuration.</param>
/// <param name="errors">Takes what is wrong.</param>
internal readonly struct FlagMembers(ConfigurationNode node, FlagKey key, bool lenient, FlagErrors errors)
{
    public ConfigurationNode Node => node;

    public FlagKey Key => key;

    public FlagErrors Errors => errors;

    public ConfigurationNode? Find(string name) => node.Find(name) is { Kind: not ConfigurationNodeKind.Null } found ? found : null;

    /// <summary>A scalar's text as a configuration source gives it, which is what Microsoft's engine hashes and compares.</summary>
    public static string? SourceText(ConfigurationNode node) =>
        node.Kind != ConfigurationNodeKind.Boolean ? node.Text : node.Text == "true" ? bool.TrueString : bool.FalseString;

    /// <summary>The same rules for another object below this one.</summary>
    public FlagMembers Of(ConfigurationNode other, string name) => new(other, key.Of(name), lenient, errors);

    /// <summary>The same rules for an object in a list below this one.</summary>
    public FlagMembers Of(ConfigurationNode other, string list, int index) => new(other, key.Of(list, index), lenient, errors);

    /// <summary>An object member; null when it is absent or, after reporting it, no object.</summary>
    public FlagMembers? Object(string name, string what)
    {
        if (Find(name) is not { } found)
            return null;
        if (found.Kind == ConfigurationNodeKind.Object)
            return Of(found, name);
        Report(found, name, $"{what} must be an object.", "an object", FlagErrors.Describe(found));
        return null;
    }

    /// <summary>The items of an array member; empty when it is absent or, after reporting it, no array.</summary>
    public ReadOnlySpan<ConfigurationNode> Array(string name, string what)
    {
        if (Find(name) is not { } found)
            return [];
        if (found.Kind == ConfigurationNodeKind.Array)
            return found.ItemSpan();
        // What a configuration source says of an empty array.
        if (!lenient || found.Kind != ConfigurationNodeKind.String || found.Text!.Length > 0)
            Report(found, name, $"{what} must be an array.", "an array", FlagErrors.Describe(found));
        return [];
    }

    /// <summary>An item of an array member as an object; null after reporting that it is none.</summary>
    public FlagMembers? Item(ConfigurationNode item, string list, int index)
    {
        if (item.Kind == ConfigurationNodeKind.Object)
            return Of(item, list, index);
        // What a configuration source says of an empty object.
        if (lenient && item.Kind == ConfigurationNodeKind.Null)
            return Of(ConfigurationNode.Object([], item.File, item.Start, item.Length), list, index);
        Report(item, ItemName(list, index), $"An item of {list} must be an object.", "an object", FlagErrors.Describe(item));
        return null;
    }

    /// <summary>The texts of an array member.</summary>
    public string[] Texts(string name, string what)
    {
        ReadOnlySpan<ConfigurationNode> items = Array(name, what);
        if (items.IsEmpty)
            return [];
        var texts = new string[items.Length];
        int count = 0;
        for (int i = 0; i < items.Length; i++)
        {
            if ((lenient ? SourceText(items[i]) : items[i].Text) is { } text)
                texts[count++] = text;
            else
                Report(items[i], ItemName(name, i), $"An item of {name} must be a string.", "a string", FlagErrors.Describe(items[i]));
        }

        return count == texts.Length ? texts : texts[..count];
    }

    public string? Text(string name, string what)
    {
        if (Find(name) is not { } found)
            return null;
        if (found.Kind == ConfigurationNodeKind.String || (lenient && found.Text is not null))
            return SourceText(found);
        Report(found, name, $"{what} must be a string.", "a string", FlagErrors.Describe(found));
        return null;
    }

    public bool? Boolean(string name, string what)
    {
        if (Find(name) is not { } found || (lenient && found.Text is ""))
            return null;
        if (found.Kind == ConfigurationNodeKind.Boolean)
            return found.Text == "true";
        if (lenient && bool.TryParse(found.Text, out bool value))
            return value;
        Report(found, name, $"{what} must be a boolean.", "true or false", FlagErrors.Describe(found));
        return null;
    }

    /// <summary>A percentage from 0 to 100; the fallback when it is absent or, after reporting it, not one.</summary>
    public double Percentage(string name, string what, double fallback)
    {
        if (Find(name) is not { } found || (lenient && found.Text is ""))
            return fallback;
        if ((found.Kind == ConfigurationNodeKind.Number || (lenient && found.Kind == ConfigurationNodeKind.String))
            && double.TryParse(found.Text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out double value)
            && value is >= 0 and <= 100)
        {
            return value;
        }

        Report(found, name, $"{what} must be a percentage.", "a number from 0 to 100",
            found.Kind == ConfigurationNodeKind.Number ? found.Text! : FlagErrors.Describe(found));
        return fallback;
    }

    public TEnum Choice<TEnum>(string name, string what, TEnum fallback)
        where TEnum : struct, Enum
    {
        if (Find(name) is not { } found || (lenient && found.Text is ""))
            return fallback;
        if (found.Kind == ConfigurationNodeKind.String && Enum.TryParse(found.Text, ignoreCase: true, out TEnum value) && Enum.IsDefined(value))
            return value;
        string[] names = Enum.GetNames<TEnum>();
        errors.Report(found.Origin, $"{key}:{name}", $"{what} is not known.", $"one of {string.Join(", ", names)}",
            // A misspelt word is worth showing; what looks like no word may be a secret in the wrong place.
            found.Kind != ConfigurationNodeKind.String ? FlagErrors.Describe(found) : found.Text!.All(char.IsAsciiLetter) ? $"'{found.Text}'" : "another string",
            found.Text is { } text ? Spelling.Nearest(text, names) : null);
        return fallback;
    }

    /// <summary>Reports the members that nobody reads, since each is mostly a misspelt one.</summary>
    public void RefuseUnknown(string what, params ReadOnlySpan<string> known)
    {
        if (lenient)
            return;
        foreach (ConfigurationMember member in node.MemberSpan())
        {
            if (FindName(known, member.Name) is not null)
                continue;
            string[] names = known.ToArray();
            errors.Report(member.NameOrigin, $"{key}:{member.Name}", $"{what} has no such member.", $"one of {string.Join(", ", names)}",
                $"'{member.Name}'", Spelling.Nearest(member.Name, names));
        }
    }

    /// <summary>One of some names, whatever the case; null when it is none of them.</summary>
    public static string? FindName(ReadOnlySpan<string> names, string wanted)
    {
        foreach (string name in names)
        {
            // Most differ in length, which costs no call.
            if (name.Length == wanted.Length && name.Equals(wanted, StringComparison.OrdinalIgnoreCase))
                return name;
        }

        return null;
    }

    public void Report(ConfigurationNode? at, string name, string message, string? expected = null, string? found = null) =>
        errors.Report((at ?? node).Origin, name.Length == 0 ? key : key.Of(name), message, expected, found);

    private static string ItemName(string list, int index) => string.Create(CultureInfo.InvariantCulture, $"{list}:{index}");
}
