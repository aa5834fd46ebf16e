using System.Text.Json;
using System.Text.Json.Serialization;

namespace Varai.Configuration.History;

/// <summary>How the history is written; compiled in, so that it works under native AOT.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(VersionEntry))]
[JsonSerializable(typeof(HistoryHead))]
[JsonSerializable(typeof(PendingChange))]
[JsonSerializable(typeof(IReadOnlyList<ConfigurationDifference>))]
internal sealed partial class HistoryJson : JsonSerializerContext;
