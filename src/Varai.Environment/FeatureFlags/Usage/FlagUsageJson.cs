using System.Text.Json;
using System.Text.Json.Serialization;

namespace Varai.FeatureFlags.Usage;

/// <summary>How usage is written; compiled in, so that it works under native AOT.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(FlagUsageDocument))]
internal sealed partial class FlagUsageJson : JsonSerializerContext;
