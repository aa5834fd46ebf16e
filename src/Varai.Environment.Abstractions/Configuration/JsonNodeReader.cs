using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Varai.Configuration;

/// <summary>Builds the nodes of one JSON text.</summary>
internal sealed class JsonNodeReader(ConfigurationFile file)
{
    // Up to here a walk over the names is faster than a set of them.
    private const int SetFrom = 9;

    // What is longer than this hardly ever stands twice in a document.
    private const int LongestRecurring = 32;
    private const int SlotBits = 10;

    // Names and short values recur: the last of each slot is handed out again instead of being made anew.
    private readonly string?[] _recurring = new string?[1 << SlotBits];
    private readonly Stack<List<ConfigurationMember>> _spareMembers = new();
    private readonly Stack<List<ConfigurationNode>> _spareItems = new();

    /// <summary>Reads the value that the reader stands at. The reader's own limit of depth bounds the recursion.</summary>
    public ConfigurationNode Read(ref Utf8JsonReader reader)
    {
        int start = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, start);
            case JsonTokenType.StartArray:
                return ReadArray(ref reader, start);
            case JsonTokenType.String:
                return ConfigurationNode.Scalar(ConfigurationNodeKind.String, ReadText(ref reader), file, start, (int)reader.BytesConsumed - start);
            case JsonTokenType.Number:
                return ConfigurationNode.Scalar(
                    ConfigurationNodeKind.Number, ReadText(ref reader), file, start, reader.ValueSpan.Length);
            case JsonTokenType.True:
                return ConfigurationNode.Scalar(ConfigurationNodeKind.Boolean, "true", file, start, reader.ValueSpan.Length);
            case JsonTokenType.False:
                return ConfigurationNode.Scalar(ConfigurationNodeKind.Boolean, "false", file, start, reader.ValueSpan.Length);
            default:
                return ConfigurationNode.Scalar(ConfigurationNodeKind.Null, text: null, file, start, reader.ValueSpan.Length);
        }
    }

    private ConfigurationNode ReadObject(ref Utf8JsonReader reader, int start)
    {
        List<ConfigurationMember> members = _spareMembers.TryPop(out List<ConfigurationMember>? spare) ? spare : [];
        HashSet<string>? names = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int nameStart = (int)reader.TokenStartIndex;
            string name = ReadText(ref reader);
            if (members.Count == SetFrom - 1)
                names = new HashSet<string>(members.Select(m => m.Name), StringComparer.OrdinalIgnoreCase);
            if (names is null ? Contains(members, name) : !names.Add(name))
            {
                throw new ConfigurationException(
                    $"{file.Path} can't be used.",
                    [new ConfigurationError($"The name '{name}' stands twice in one object.", file.GetOrigin(nameStart), "") { Check = "json" }]);
            }

            reader.Read();
            members.Add(new ConfigurationMember(name, Read(ref reader), nameStart));
        }

        ConfigurationNode node = ConfigurationNode.Object([.. members], file, start, (int)reader.BytesConsumed - start);
        members.Clear();
        _spareMembers.Push(members);
        return node;
    }

    private ConfigurationNode ReadArray(ref Utf8JsonReader reader, int start)
    {
        List<ConfigurationNode> items = _spareItems.TryPop(out List<ConfigurationNode>? spare) ? spare : [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            items.Add(Read(ref reader));
        ConfigurationNode node = ConfigurationNode.Array([.. items], file, start, (int)reader.BytesConsumed - start);
        items.Clear();
        _spareItems.Push(items);
        return node;
    }

    private string ReadText(ref Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> utf8 = reader.ValueSpan;
        if (reader.ValueIsEscaped || utf8.Length is 0 or > LongestRecurring)
            return Decode(ref reader);
        ref string? slot = ref _recurring[SlotOf(utf8)];
        if (slot is null || !Ascii.Equals(utf8, slot))
            slot = Decode(ref reader);
        return slot;
    }

    // The reader's own way for strings refuses what is no UTF-8.
    private static string Decode(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number ? Encoding.ASCII.GetString(reader.ValueSpan) : reader.GetString()!;

    private static int SlotOf(ReadOnlySpan<byte> text)
    {
        ulong mixed = text.Length switch
        {
            >= 8 => BinaryPrimitives.ReadUInt64LittleEndian(text) + (31 * BinaryPrimitives.ReadUInt64LittleEndian(text[^8..])),
            >= 4 => BinaryPrimitives.ReadUInt32LittleEndian(text) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(text[^4..]) << 32),
            _ => text[0] | ((uint)text[text.Length / 2] << 8) | ((uint)text[^1] << 16),
        };
        return (int)(((mixed + (uint)text.Length) * 0x9E3779B97F4A7C15) >> (64 - SlotBits));
    }

    private static bool Contains(List<ConfigurationMember> members, string name)
    {
        foreach (ConfigurationMember member in members)
        {
            if (member.Name.Length == name.Length && member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
