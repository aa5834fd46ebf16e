using System.Globalization;
using System.Text.Json;
using Varai.State;

namespace Varai.Data.Migration;

/// <summary>Which items of a component are done, in the state store. One writer at a time: the restore holds the target's lock.</summary>
internal sealed class MigrationJournal : IDisposable
{
    private const int DeletedAtOnce = 500;

    // A store refuses documents that are too large, and names of files can be long.
    private const int MostCharacters = 64 * 1024;

    // Where items are large, few are done in this time.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly IStateStore _state;
    private readonly string _key;
    private readonly int _batchSize;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private List<JournalItem> _pending = [];
    private int _batches;
    private int _characters;
    private long _flushed;

    public MigrationJournal(IStateStore state, string target, string component, int batchSize, TimeProvider time)
    {
        _time = time;
        _flushed = time.GetTimestamp();
        _state = state;
        _key = $"data/migrations/{target}/{component}";
        _batchSize = batchSize;
    }

    private string ItemsPrefix => $"data/items/{_key["data/migrations/".Length..]}/";

    /// <summary>The attempt to go on with, or a new one.</summary>
    public async Task<(MigrationDocument Document, long Version)> PlanAsync(string source, string plan, CancellationToken cancellationToken)
    {
        StateDocument? saved = await _state.GetAsync(_key, cancellationToken).ConfigureAwait(false);
        MigrationDocument? last = saved is null ? null : JsonSerializer.Deserialize(saved.Content.Span, MigrationJson.Default.MigrationDocument);
        if (last is { EndedAt: null, Format: MigrationDocument.CurrentFormat } && last.Source == source && last.Plan == plan)
            return (last with { Attempt = last.Attempt + 1 }, saved!.Version);
        DateTimeOffset now = _time.GetUtcNow();
        var next = new MigrationDocument { Id = Guid.CreateVersion7(now).ToString("N"), Source = source, Plan = plan, StartedAt = now, Attempt = 1 };
        return (next, saved?.Version ?? 0);
    }

    /// <summary>Begins an attempt and reads what earlier ones have done; what belongs to others is removed.</summary>
    /// <exception cref="StateConflictException">Somebody else has begun since.</exception>
    public async Task<Dictionary<string, DataItemResult>> BeginAsync(MigrationDocument document, long version, CancellationToken cancellationToken)
    {
        await _state.CommitAsync(new StateTransaction().Put(_key, Write(document), version), cancellationToken).ConfigureAwait(false);
        var done = new Dictionary<string, DataItemResult>(StringComparer.Ordinal);
        var others = new List<string>();
        string own = $"{ItemsPrefix}{document.Id}/";
        await foreach (StateDocument batch in _state.ListAsync(ItemsPrefix, cancellationToken).ConfigureAwait(false))
        {
            if (!batch.Key.StartsWith(own, StringComparison.Ordinal))
            {
                others.Add(batch.Key);
                continue;
            }

            _batches = int.Parse(batch.Key.AsSpan(own.Length), CultureInfo.InvariantCulture) + 1;
            foreach (JournalItem item in JsonSerializer.Deserialize(batch.Content.Span, MigrationJson.Default.JournalBatch)!.Items)
                done[item.Name] = item.ToResult();
        }

        await DeleteAsync(others, cancellationToken).ConfigureAwait(false);
        return done;
    }

    /// <summary>Takes down that an item is done; from any thread.</summary>
    public async ValueTask AddAsync(MigrationDocument document, DataItemResult result, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _pending.Add(JournalItem.From(result));
            _characters += result.Item.Name.Length;
            if (_pending.Count >= _batchSize || _characters >= MostCharacters || _time.GetElapsedTime(_flushed) >= LongestWait)
                await FlushAsync(document, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Ends the attempt and forgets its items.</summary>
    public async Task EndAsync(MigrationDocument document, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await _state.CommitAsync(new StateTransaction().Put(_key, Write(document with { EndedAt = now })), cancellationToken).ConfigureAwait(false);
        var items = new List<string>();
        await foreach (StateDocument batch in _state.ListAsync(ItemsPrefix, cancellationToken).ConfigureAwait(false))
            items.Add(batch.Key);
        await DeleteAsync(items, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes down what is pending, after a failure.</summary>
    public async Task SaveAsync(MigrationDocument document)
    {
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await FlushAsync(document, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task FlushAsync(MigrationDocument document, CancellationToken cancellationToken)
    {
        if (_pending.Count == 0)
            return;
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(new JournalBatch(_pending), MigrationJson.Default.JournalBatch);
        string key = string.Create(CultureInfo.InvariantCulture, $"{ItemsPrefix}{document.Id}/{_batches:D8}");
        await _state.CommitAsync(new StateTransaction().Put(key, content), cancellationToken).ConfigureAwait(false);
        _batches++;
        _characters = 0;
        _flushed = _time.GetTimestamp();
        _pending = [];
    }

    private async Task DeleteAsync(List<string> keys, CancellationToken cancellationToken)
    {
        foreach (string[] some in keys.Chunk(DeletedAtOnce))
        {
            var transaction = new StateTransaction();
            foreach (string key in some)
                transaction.Delete(key);
            await _state.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
        }
    }

    private static byte[] Write(MigrationDocument document) =>
        JsonSerializer.SerializeToUtf8Bytes(document, MigrationJson.Default.MigrationDocument);
}
