using System.Text.Json.Serialization;

namespace Varai.Monitoring.Channels;

/// <summary>What channels keep; compiled in, so that it works under native AOT.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SlackThread))]
internal sealed partial class ChannelStateJson : JsonSerializerContext;
