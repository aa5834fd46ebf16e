using System.Text.Json;
using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <summary>The members of a JSON object, one after the other, without a copy of any value.</summary>
internal ref struct JsonMembers
{
    private readonly ReadOnlySpan<byte> _json;
    private Utf8JsonReader _reader;

    public JsonMembers(ReadOnlySpan<byte> json)
    {
        _json = json;
        _reader = new Utf8JsonReader(json);
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException("There is no JSON object.");
    }

    public string Name { get; private set; } = "";

    public JsonTokenType Kind { get; private set; }

    /// <summary>The value as it stands.</summary>
    public ReadOnlySpan<byte> Raw { get; private set; }

    public bool MoveNext()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.PropertyName)
            return false;

        Name = _reader.GetString()!;
        _reader.Read();
        Kind = _reader.TokenType;
        int start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        Raw = _json[start..(int)_reader.BytesConsumed];
        return true;
    }

    public readonly string? Text() => Kind == JsonTokenType.String ? Value().GetString() : null;

    public readonly long Number() => Kind switch
    {
        JsonTokenType.Number => Value().GetInt64(),
        JsonTokenType.Null => 0,
        _ => throw new FormatException("There is no number."),
    };

    public readonly bool Flag() => Kind == JsonTokenType.True;

    // Vault writes an empty text for "never".
    public readonly DateTimeOffset? Time() => Kind == JsonTokenType.String && Value().TryGetDateTimeOffset(out DateTimeOffset time) ? time : null;

    public readonly TimeSpan Seconds() => TimeSpan.FromSeconds(Math.Clamp(Number(), 0, 10L * 366 * 24 * 3600));

    /// <summary>A text as text, anything else as the JSON it is.</summary>
    public readonly SecretValue Secret()
    {
        if (Kind != JsonTokenType.String)
            return new SecretValue(Raw);
        Utf8JsonReader reader = Value();
        return SecretValue.FromJsonString(ref reader);
    }

    public readonly SecretValue SecretBase64()
    {
        Utf8JsonReader reader = Value();
        return SecretValue.FromJsonBase64(ref reader);
    }

    public readonly List<string> Texts()
    {
        var texts = new List<string>();
        if (Kind != JsonTokenType.StartArray)
            return texts;
        Utf8JsonReader reader = Value();
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.String)
                texts.Add(reader.GetString()!);
        }

        return texts;
    }

    public readonly Dictionary<string, string> TextMap()
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Kind != JsonTokenType.StartObject)
            return map;
        var members = new JsonMembers(Raw);
        while (members.MoveNext())
            map[members.Name] = members.Text() ?? "";
        return map;
    }

    private readonly Utf8JsonReader Value()
    {
        var reader = new Utf8JsonReader(Raw);
        reader.Read();
        return reader;
    }
}
