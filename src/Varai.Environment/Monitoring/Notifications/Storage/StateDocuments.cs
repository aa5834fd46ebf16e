using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Varai.Monitoring.Notifications.Dispatching;
using Varai.State;

namespace Varai.Monitoring.Notifications.Storage;

/// <summary>Writes the state to documents and reads it from them.</summary>
internal static class StateDocuments
{
    private static readonly NotificationJson Json = NotificationJson.Default;

    /// <summary>The name of a document below the prefix of the state.</summary>
    public static string NameOf(StateKind kind, string key) => kind switch
    {
        StateKind.Meta => "meta",
        StateKind.Alerts => $"alerts/{key}",
        StateKind.Group => $"groups/{Hash(key)}",
        StateKind.Silence => $"silences/{key}",
        StateKind.Receiver => $"receivers/{Hash(key)}",
        StateKind.Day => $"days/{key}",
        _ => $"pending/{key}",
    };

    /// <summary>The content of a document; null when there is to be none.</summary>
    public static byte[]? Write(DispatchState state, StateKind kind, string key) => kind switch
    {
        StateKind.Meta => Write(state.Meta, Json.MetaEntry),
        StateKind.Alerts => state.Alerts.Values.Where(a => DispatchState.BucketOf(a.Fingerprint) == key).ToList() is { Count: > 0 } bucket
            ? Write(bucket, Json.ListAlertEntry)
            : null,
        StateKind.Group => Write(state.Groups.GetValueOrDefault(key), Json.GroupEntry),
        StateKind.Silence => Write(state.Silences.GetValueOrDefault(key), Json.SilenceEntry),
        StateKind.Receiver => Write(state.Receivers.GetValueOrDefault(key), Json.ReceiverEntry),
        StateKind.Day => Write(state.Days.GetValueOrDefault(key), Json.DictionaryStringRuleCounts),
        _ => Write(state.Pending.GetValueOrDefault(key), Json.PendingEntry),
    };

    /// <summary>Puts what a document holds into the state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="name">The document's name below the prefix of the state.</param>
    /// <param name="document">The document.</param>
    /// <exception cref="VaraiException">It can't be read.</exception>
    public static void Read(DispatchState state, string name, StateDocument document)
    {
        string kind = name.Split('/')[0];
        string key = name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..];
        switch (kind)
        {
            case "meta":
                state.Meta = Read(document, Json.MetaEntry);
                if (state.Meta.Format != MetaEntry.CurrentFormat)
                {
                    throw new VaraiException(
                        $"The state of alert notifications is written in format {state.Meta.Format}; this version of Varai.Environment reads {MetaEntry.CurrentFormat}. Update this service.");
                }

                break;
            case "alerts":
                foreach (AlertEntry alert in Read(document, Json.ListAlertEntry))
                    state.Alerts[alert.Fingerprint] = alert;
                break;
            case "groups":
                GroupEntry group = Read(document, Json.GroupEntry);
                state.Groups[group.Key] = group;
                break;
            case "silences":
                state.Silences[key] = Read(document, Json.SilenceEntry);
                break;
            case "receivers":
                ReceiverEntry receiver = Read(document, Json.ReceiverEntry);
                state.Receivers[ReceiverEntry.KeyOf(receiver.Receiver, receiver.Channel)] = receiver;
                break;
            case "days":
                state.Days[key] = Read(document, Json.DictionaryStringRuleCounts);
                break;
            case "pending":
                state.Pending[key] = Read(document, Json.PendingEntry);
                break;
        }
    }

    /// <exception cref="VaraiException">It can't be read.</exception>
    public static T Read<T>(StateDocument document, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(document.Content.Span, type) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new VaraiException($"The document '{document.Key}' of the state store can't be read as a part of alert notifications.", e);
        }
    }

    private static byte[]? Write<T>(T? value, JsonTypeInfo<T> type)
        where T : class => value is null ? null : JsonSerializer.SerializeToUtf8Bytes(value, type);

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16));
}
