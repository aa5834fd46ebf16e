using System.Text.Json;
using System.Text.Json.Serialization;

namespace Varai.Monitoring.Delivery;

/// <summary>How the outbox is kept; compiled in, so that it works under native AOT.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    IgnoreReadOnlyProperties = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(OutboxEntry))]
[JsonSerializable(typeof(OutboxTaken))]
internal sealed partial class OutboxJson : JsonSerializerContext;
