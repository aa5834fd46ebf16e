using System.Text.Json.Serialization;

namespace Varai.PostgreSql.Data.Catalog;

/// <summary>How a schema is written into a capture; compiled in, so that it works under native AOT.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SchemaDocument))]
internal sealed partial class SchemaJson : JsonSerializerContext;
