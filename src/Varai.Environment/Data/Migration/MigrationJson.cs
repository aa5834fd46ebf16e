using System.Text.Json.Serialization;

namespace Varai.Data.Migration;

/// <summary>How the journal is written; compiled in, so that it works under native AOT.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(MigrationDocument))]
[JsonSerializable(typeof(JournalBatch))]
internal sealed partial class MigrationJson : JsonSerializerContext;
