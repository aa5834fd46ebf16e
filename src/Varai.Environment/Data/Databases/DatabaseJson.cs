using System.Text.Json.Serialization;

namespace Varai.Data.Databases;

/// <summary>How a schema is written into a capture; compiled in, so that it works under native AOT.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(DatabaseSchema))]
[JsonSerializable(typeof(DatabaseChecks))]
internal sealed partial class DatabaseJson : JsonSerializerContext;
