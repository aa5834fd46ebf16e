using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Varai.Configuration.Documents;

/// <summary>Reads JSON with comments and trailing commas to the positioned tree.</summary>
internal static class JsonDocumentReader
{
    internal const string Check = "json";

    /// <summary>Reads a file.</summary>
    /// <param name="file">The content.</param>
    /// <param name="limits">What is too much.</param>
    /// <param name="errors">Takes what is wrong, in the order of the positions.</param>
    /// <param name="caseSensitiveNames">For documents that are no settings, such as schemas: names may differ only in case and
    /// hold a colon, and the root may be any value.</param>
    /// <returns>The tree; <see langword="null"/> when the text could not be read to its end. With errors such as duplicate keys
    /// there is a tree nevertheless (the first of each name), good for finding further errors, not for use.</returns>
    public static ConfigurationNode? Read(
        ConfigurationFile file, DocumentLimits limits, List<ConfigurationError> errors, bool caseSensitiveNames = false)
    {
        var found = new DocumentErrors(file, Check);
        ConfigurationNode? root = null;
        if (DocumentText.IsAcceptable(file, limits, found))
            root = ReadText(file, limits, found, caseSensitiveNames);
        if (root is not null && !caseSensitiveNames)
            DocumentText.CheckRoot(root, found);
        found.MoveTo(errors);
        return root;
    }

    private static ConfigurationNode? ReadText(
        ConfigurationFile file, DocumentLimits limits, DocumentErrors errors, bool caseSensitiveNames)
    {
        ReadOnlySpan<byte> text = file.Content.Span;
        var reader = new Utf8JsonReader(text, new JsonReaderOptions
        {
            CommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            // One more than ours, so that the error is ours.
            MaxDepth = limits.MaximumDepth == int.MaxValue ? int.MaxValue : limits.MaximumDepth + 1,
        });
        using var builder = new TreeBuilder(file, limits, errors, caseSensitiveNames);
        JsonProgress progress = default;
        try
        {
            var cache = new TextCache(text.Length);
            if (ReadTokens(ref reader, ref progress, builder, cache, errors, caseSensitiveNames))
                return builder.Root;
        }
        catch (JsonException exception)
        {
            JsonSyntax.AddError(text, progress, builder, errors, exception);
        }

        builder.CheckOpenNames();
        return null;
    }

    private static bool ReadTokens(
        ref Utf8JsonReader reader,
        ref JsonProgress progress,
        TreeBuilder builder,
        TextCache cache,
        DocumentErrors errors,
        bool caseSensitiveNames)
    {
        while (reader.Read())
        {
            int start = (int)reader.TokenStartIndex;
            bool goOn = true;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    ReadName(ref reader, start, builder, cache, errors, caseSensitiveNames);
                    break;
                case JsonTokenType.String:
                    string value = reader.ValueIsEscaped
                        ? Unescape(ref reader, start, builder, errors)
                        : Encoding.UTF8.GetString(reader.ValueSpan);
                    goOn = builder.Scalar(ConfigurationNodeKind.String, value, start, (int)reader.BytesConsumed - start);
                    break;
                case JsonTokenType.Number:
                    ReadOnlySpan<byte> number = reader.ValueSpan;
                    string digits = number.Length <= sizeof(ulong)
                        ? cache.Get(number, NameHash.Of(number), out _)
                        : Encoding.UTF8.GetString(number);
                    goOn = builder.Scalar(ConfigurationNodeKind.Number, digits, start, number.Length);
                    break;
                case JsonTokenType.True:
                    goOn = builder.Scalar(ConfigurationNodeKind.Boolean, "true", start, 4);
                    break;
                case JsonTokenType.False:
                    goOn = builder.Scalar(ConfigurationNodeKind.Boolean, "false", start, 5);
                    break;
                case JsonTokenType.Null:
                    goOn = builder.Scalar(ConfigurationNodeKind.Null, text: null, start, 4);
                    break;
                case JsonTokenType.StartObject:
                    goOn = builder.Open(isObject: true, start);
                    break;
                case JsonTokenType.StartArray:
                    goOn = builder.Open(isObject: false, start);
                    break;
                default:
                    builder.Close((int)reader.BytesConsumed);
                    break;
            }

            if (!goOn)
                return false;
            progress.Token = reader.TokenType;
            progress.End = (int)reader.BytesConsumed;
        }

        return true;
    }

    private static void ReadName(
        ref Utf8JsonReader reader, int start, TreeBuilder builder, TextCache cache, DocumentErrors errors, bool caseSensitiveNames)
    {
        ReadOnlySpan<byte> utf8 = reader.ValueSpan;
        uint hash;
        bool isAscii;
        string name;
        if (reader.ValueIsEscaped)
        {
            name = Unescape(ref reader, start, builder, errors);
            isAscii = false;
            hash = 0;
        }
        else
        {
            hash = NameHash.Of(utf8);
            name = cache.Get(utf8, hash, out isAscii);
        }

        builder.Name(name, start, hash, isAscii);
        if (!caseSensitiveNames && name.Contains(':', StringComparison.Ordinal))
            DocumentText.AddColonError(name, start, builder, errors);
    }

    /// <summary>The text of a string with escapes; half a surrogate pair, which no text can hold, is noted and replaced.</summary>
    private static string Unescape(ref Utf8JsonReader reader, int start, TreeBuilder builder, DocumentErrors errors)
    {
        ReadOnlySpan<byte> raw = reader.ValueSpan;
        int lone = JsonEscapes.IndexOfLoneSurrogate(raw);
        if (lone < 0)
            return reader.GetString()!;

        string escape = Encoding.ASCII.GetString(raw.Slice(lone, JsonEscapes.UnicodeLength));
        errors.Add(start + 1 + lone, builder.Path(), string.Create(CultureInfo.InvariantCulture,
            $"the escape {escape} is half a surrogate pair; write both halves or the character itself"));
        return "\uFFFD";
    }
}
