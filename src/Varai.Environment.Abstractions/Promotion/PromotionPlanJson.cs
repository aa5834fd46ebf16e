using System.Text.Json;
using System.Text.Json.Serialization;

namespace Varai.Promotion;

/// <summary>How plans are written; compiled in, so that it works under native AOT.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    IgnoreReadOnlyProperties = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(PromotionPlan))]
internal sealed partial class PromotionPlanJson : JsonSerializerContext;
