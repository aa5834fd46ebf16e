using System.Text.Json;
using System.Text.Json.Serialization;

namespace Varai.FeatureFlags.Rollouts;

/// <summary>How rollouts are written; compiled in, so that it works under native AOT.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    IgnoreReadOnlyProperties = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(RolloutDocument))]
[JsonSerializable(typeof(RolloutIndex))]
internal sealed partial class RolloutJson : JsonSerializerContext;
