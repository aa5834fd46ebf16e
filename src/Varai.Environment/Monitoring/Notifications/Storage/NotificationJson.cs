using System.Text.Json;
using System.Text.Json.Serialization;
using Varai.Monitoring.Notifications.Dispatching;

namespace Varai.Monitoring.Notifications.Storage;

/// <summary>How the state of notifications is written; compiled in, so that it works under native AOT.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    IgnoreReadOnlyProperties = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(MetaEntry))]
[JsonSerializable(typeof(List<AlertEntry>))]
[JsonSerializable(typeof(GroupEntry))]
[JsonSerializable(typeof(SilenceEntry))]
[JsonSerializable(typeof(ReceiverEntry))]
[JsonSerializable(typeof(Dictionary<string, RuleCounts>))]
[JsonSerializable(typeof(PendingEntry))]
[JsonSerializable(typeof(InboxEntry))]
[JsonSerializable(typeof(AuditRecord))]
internal sealed partial class NotificationJson : JsonSerializerContext;
