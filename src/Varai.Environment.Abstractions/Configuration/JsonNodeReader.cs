using System.Text;
using System.Text.Json;

namespace Varai.Configuration;

/// <summary>Builds the nodes of one JSON text.</summary>
internal sealed class JsonNodeReader(ConfigurationFile file)
{
    // Up to here a walk over the names is faster than a set of them.
    private const int SetFrom = 9;

    // The names of settings recur: the last of each slot is handed out again instead of being made anew.
    private readonly string?[] _names = new string?[256];
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
                return ConfigurationNode.Scalar(ConfigurationNodeKind.String, reader.GetString()!, file, start, (int)reader.BytesConsumed - start);
            case JsonTokenType.Number:
                return ConfigurationNode.Scalar(
                    ConfigurationNodeKind.Number, Encoding.UTF8.GetString(reader.ValueSpan), file, start, reader.ValueSpan.Length);
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
            string name = ReadName(ref reader);
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

    private string ReadName(ref Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> utf8 = reader.ValueSpan;
        if (reader.ValueIsEscaped || utf8.IsEmpty)
            return reader.GetString()!;
        ref string? slot = ref _names[((utf8.Length * 31) + (utf8[0] * 7) + utf8[^1]) & (_names.Length - 1)];
        if (slot is null || !Ascii.Equals(utf8, slot))
            slot = reader.GetString()!;
        return slot;
    }

    private static bool Contains(List<ConfigurationMember> members, string name)
    {
        foreach (ConfigurationMember member in members)
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
