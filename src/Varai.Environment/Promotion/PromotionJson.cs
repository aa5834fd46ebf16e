using System.Text.Json;
using System.Text.Json.Serialization;
using Varai.Promotion.Store;

namespace Varai.Promotion;

/// <summary>How promotions are kept; compiled in, so that it works under native AOT.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    IgnoreReadOnlyProperties = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(RecordDocument))]
[JsonSerializable(typeof(ActiveDocument))]
[JsonSerializable(typeof(BaseDocument))]
[JsonSerializable(typeof(HoldsDocument))]
[JsonSerializable(typeof(ApprovalsDocument))]
[JsonSerializable(typeof(PromotionStop))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(AuditHead))]
[JsonSerializable(typeof(ObserverDocument))]
[JsonSerializable(typeof(PromotionSnapshot))]
internal sealed partial class PromotionJson : JsonSerializerContext;
