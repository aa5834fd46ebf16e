using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Varai.Configuration.Documents;

/// <summary>What is checked on every document, whatever its format.</summary>
internal static class DocumentText
{
    public const string Empty = "the file is empty; write {} for no settings";

    /// <summary>Whether a text is small enough and UTF-8.</summary>
    public static bool IsAcceptable(ConfigurationFile file, DocumentLimits limits, DocumentErrors errors)
    {
        ReadOnlySpan<byte> text = file.Content.Span;
        if (text.Length > limits.MaximumBytes)
        {
            errors.Add(0, "", TooLarge(text.Length, limits));
            return false;
        }

        if (text.Length > 1 && (text[0] == 0 || text[1] == 0))
        {
            errors.Add(0, "", "the file looks like UTF-16 or UTF-32; save it as UTF-8");
            return false;
        }

        if (Utf8.IsValid(text))
            return true;
        int at = IndexOfInvalid(text);
        errors.Add(at, "", string.Create(CultureInfo.InvariantCulture,
            $"the byte 0x{text[at]:X2} is not valid UTF-8 here; save the file as UTF-8"));
        return false;
    }

    public static string TooLarge(long bytes, DocumentLimits limits) => string.Create(CultureInfo.InvariantCulture,
        $"the file has {bytes} bytes, more than the {limits.MaximumBytes} set by Varai:Configuration:MaxFileBytes");

    /// <summary>Settings have names, so the root has to be an object.</summary>
    public static void CheckRoot(ConfigurationNode root, DocumentErrors errors)
    {
        if (root.Kind != ConfigurationNodeKind.Object)
            errors.Add(root.Start, "", "the document has to be an object of named settings", "an object", Describe(root.Kind));
    }

    public static void AddColonError(string name, int start, TreeBuilder builder, DocumentErrors errors)
    {
        if (!errors.Accepts())
            return;
        string key = builder.Path();
        errors.Add(start, key,
            $"the name '{name}' holds a ':', which separates the parts of a configuration key; write nested objects instead");
    }

    public static string Describe(ConfigurationNodeKind kind) => kind switch
    {
        ConfigurationNodeKind.Null => "null",
        ConfigurationNodeKind.Boolean => "a boolean",
        ConfigurationNodeKind.Number => "a number",
        ConfigurationNodeKind.String => "a string",
        ConfigurationNodeKind.Array => "an array",
        _ => "an object",
    };

    private static int IndexOfInvalid(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out int length) == OperationStatus.Done)
            at += length;
        return at;
    }
}
