using System.Globalization;
using System.Text.Json;

namespace Varai.Secrets;

/// <summary>Takes one field out of a JSON secret, without a string on the way.</summary>
internal static class SecretField
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The field as a secret of its own: the text of a string, the JSON text of everything else.</summary>
    /// <exception cref="SecretException">There is no such field, it is null, or the secret is no JSON. The message holds no value.</exception>
    public static Secret Extract(Secret whole, SecretAddress address)
    {
        string field = address.Field!;
        SecretValue value;
        try
        {
            ReadOnlySpan<byte> json = whole.Value.RevealBytes().Span;
            value = Read(json.StartsWith(ByteOrderMark) ? json[ByteOrderMark.Length..] : json, field, walked: 0, whole, address);
        }
        catch (JsonException)
        {
            // Without the inner exception: the reader's message quotes what it met.
            throw Failure(whole, address, "the secret is not JSON.");
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            throw Failure(whole, address, "the field is no valid text.");
        }

        return new Secret(address.ToString(), value, whole.Provider)
        {
            Version = whole.Version,
            ExpiresAt = whole.ExpiresAt,
            CreatedAt = whole.CreatedAt,
        };
    }

    // 'walked' is how much of the path led here.
    private static SecretValue Read(ReadOnlySpan<byte> json, string path, int walked, Secret whole, SecretAddress address)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (walked > path.Length)
            return Take(ref reader, json, whole, address);

        ReadOnlySpan<char> rest = path.AsSpan(walked);
        int dot = rest.IndexOf('.');
        ReadOnlySpan<char> first = dot < 0 ? rest : rest[..dot];
        bool isWhole;
        Range found;
        bool isThere = reader.TokenType switch
        {
            JsonTokenType.StartObject => FindProperty(ref reader, rest, first, out found, out isWhole),
            JsonTokenType.StartArray => FindElement(ref reader, first, out found, out isWhole),
            _ => throw Failure(whole, address, $"{Where(path, walked)} is neither an object nor an array."),
        };
        if (!isThere)
            throw Failure(whole, address, $"{Where(path, walked)} has no '{first}'{(dot < 0 ? "" : $" and no '{rest}'")}.");

        return Read(json[found], path, isWhole || dot < 0 ? path.Length + 1 : walked + dot + 1, whole, address);
    }

    private static SecretValue Take(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, Secret whole, SecretAddress address) => reader.TokenType switch
    {
        JsonTokenType.String => SecretValue.FromJsonString(ref reader),
        JsonTokenType.Null => throw Failure(whole, address, "the field is null."),
        _ => new SecretValue(json),
    };

    // Read to the end, so that of two properties of one name the last one counts, as everywhere, and bad JSON behind it is noticed.
    private static bool FindProperty(
        ref Utf8JsonReader reader, ReadOnlySpan<char> rest, ReadOnlySpan<char> first, out Range found, out bool isWhole)
    {
        bool isThere = isWhole = false;
        found = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isRest = reader.ValueTextEquals(rest);
            bool isFirst = isRest || (!isWhole && reader.ValueTextEquals(first));
            Range value = SkipValue(ref reader);
            if (!isFirst)
                continue;
            isThere = true;
            isWhole |= isRest;
            found = value;
        }

        CheckEnd(ref reader);
        return isThere;
    }

    private static bool FindElement(ref Utf8JsonReader reader, ReadOnlySpan<char> first, out Range found, out bool isWhole)
    {
        bool isThere = isWhole = false;
        found = default;
        if (!int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int wanted))
            wanted = -1;
        for (int i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (i != wanted)
                continue;
            isThere = true;
            found = start..(int)reader.BytesConsumed;
        }

        CheckEnd(ref reader);
        return isThere;
    }

    private static Range SkipValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }

    // Throws for anything behind the value.
    private static void CheckEnd(ref Utf8JsonReader reader) => reader.Read();

    private static string Where(string path, int walked) => walked == 0 ? "the secret" : $"'{path[..(walked - 1)]}'";

    private static SecretException Failure(Secret whole, SecretAddress address, string reason) => new(
        address.ToString(), $"The field '{address}' can't be read from '{whole.Provider}': {reason} Correct the field's path or the secret.");
}
