using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Varai.State;

namespace Varai.Promotion.Store;

/// <summary>Where promotions are kept in the state store.</summary>
internal sealed class PromotionStore(IStateStore state)
{
    public const string AuditStream = "promotion/audit";
    public const string AuditHeadKey = "promotion/audit-head";
    public const string StopKey = "promotion/stop";
    private const string ActivePrefix = "promotion/active/";

    public IStateStore State => state;

    public static string LeaseOf(string target) => $"promotion/{target}";

    public static string RecordKey(string target, string id) => $"promotion/records/{target}/{id}";

    public static string ActiveKey(string target) => ActivePrefix + target;

    public static string HoldsKey(string target) => $"promotion/holds/{target}";

    public static string ApprovalsKey(string planHash) => $"promotion/approvals/{planHash}";

    public static string ObserverKey(string name) => $"promotion/observers/{name}";

    // A component may have any name; hexadecimal digits are always a key.
    public static string BaseKey(string target, string source, string component) =>
        $"promotion/bases/{target}/{source}/{Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(component.ToLowerInvariant()))}";

    public async Task<Saved<T>> GetAsync<T>(string key, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class =>
        await state.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } document
            ? new Saved<T>(Read(document, type), document.Version)
            : default;

    public Task<Saved<RecordDocument>> GetRecordAsync(string target, string id, CancellationToken cancellationToken) =>
        GetAsync(RecordKey(target, id), PromotionJson.Default.RecordDocument, cancellationToken);

    /// <summary>A record of whatever target.</summary>
    public async Task<RecordDocument?> FindRecordAsync(string id, IEnumerable<string> targets, CancellationToken cancellationToken)
    {
        foreach (string target in targets)
        {
            if ((await GetRecordAsync(target, id, cancellationToken).ConfigureAwait(false)).Value is { } record)
                return record;
        }

        // The target is no stage of the pipeline.
        await foreach (StateDocument document in state.ListAsync("promotion/records/", cancellationToken).ConfigureAwait(false))
        {
            if (document.Key.EndsWith($"/{id}", StringComparison.Ordinal))
                return Read(document, PromotionJson.Default.RecordDocument);
        }

        return null;
    }

    /// <summary>The records of a target, newest first.</summary>
    public async Task<List<RecordDocument>> ListRecordsAsync(string target, CancellationToken cancellationToken)
    {
        var records = new List<RecordDocument>();
        await foreach (StateDocument document in state.ListAsync(RecordKey(target, ""), cancellationToken).ConfigureAwait(false))
            records.Add(Read(document, PromotionJson.Default.RecordDocument));

        // By their numbers in the audit, not by their ids: clocks jump, and those of nodes differ.
        records.Sort(static (a, b) => b.Record.Events[0].Number.CompareTo(a.Record.Events[0].Number));
        return records;
    }

    /// <summary>Each target with a record that is not over.</summary>
    public async Task<List<(string Target, string RecordId)>> ListActiveAsync(CancellationToken cancellationToken)
    {
        var active = new List<(string, string)>();
        await foreach (StateDocument document in state.ListAsync(ActivePrefix, cancellationToken).ConfigureAwait(false))
            active.Add((document.Key[ActivePrefix.Length..], Read(document, PromotionJson.Default.ActiveDocument).RecordId));
        return active;
    }

    public static byte[] Write<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    public static T Read<T>(StateDocument document, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(document.Content.Span, type)
                ?? throw new StateException($"The state document '{document.Key}' is empty.");
        }
        catch (JsonException e)
        {
            throw new StateException($"The state document '{document.Key}' can't be read as part of a promotion; it was changed by hand.", e);
        }
    }
}
