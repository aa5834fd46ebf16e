using System.Text.Json;
using System.Text.Json.Serialization;

namespace Varai.Monitoring.Alerts;

/// <summary>How alerts are written; compiled in, so that it works under native AOT.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(AlertMemory))]
internal sealed partial class AlertMemoryJson : JsonSerializerContext;
