using System.Text.Json;
using System.Text.Json.Serialization;

namespace Varai.Tests.FeatureFlags;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(FlagTestValue))]
internal sealed partial class FlagTestJson : JsonSerializerContext;
