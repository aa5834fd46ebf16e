using System.Text.Json.Serialization;

namespace Varai.Secrets.LocalStore;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LocalStoreHeader))]
[JsonSerializable(typeof(LocalStoreEntry))]
internal sealed partial class LocalStoreJson : JsonSerializerContext;
