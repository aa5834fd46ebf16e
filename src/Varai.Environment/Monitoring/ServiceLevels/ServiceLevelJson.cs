using System.Text.Json;
using System.Text.Json.Serialization;

namespace Varai.Monitoring.ServiceLevels;

/// <summary>How counts are written; compiled in, so that it works under native AOT.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(ServiceLevelDocument))]
internal sealed partial class ServiceLevelJson : JsonSerializerContext;
