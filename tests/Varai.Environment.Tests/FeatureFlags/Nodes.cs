using System.Text;
using System.Text.Json;
using Varai.Configuration;

namespace Varai.Tests.FeatureFlags;

/// <summary>Makes positioned nodes of JSON text, so that these tests need nothing of the configuration area.</summary>
internal static class Nodes
{
    public static ConfigurationNode Parse(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        var file = new ConfigurationFile("flags.json", bytes);
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        return Read(ref reader, file);
    }

    private static ConfigurationNode Read(ref Utf8JsonReader reader, ConfigurationFile file)
    {
        int start = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<ConfigurationMember>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    (string name, int at) = (reader.GetString()!, (int)reader.TokenStartIndex);
                    reader.Read();
                    members.Add(new ConfigurationMember(name, Read(ref reader, file), at));
                }

                return ConfigurationNode.Object([.. members], file, start);
            case JsonTokenType.StartArray:
                var items = new List<ConfigurationNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(Read(ref reader, file));
                return ConfigurationNode.Array([.. items], file, start);
            case JsonTokenType.Null:
                return ConfigurationNode.Scalar(ConfigurationNodeKind.Null, null, file, start);
            case JsonTokenType.String:
                return ConfigurationNode.Scalar(ConfigurationNodeKind.String, reader.GetString(), file, start);
            case JsonTokenType.Number:
                return ConfigurationNode.Scalar(ConfigurationNodeKind.Number, Encoding.UTF8.GetString(reader.ValueSpan), file, start);
            default:
                return ConfigurationNode.Scalar(ConfigurationNodeKind.Boolean, reader.GetBoolean() ? "true" : "false", file, start);
        }
    }
}
