using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.State;

namespace Varai.Monitoring.Alerts;

/// <summary>Keeps what a process remembers of its alerts. Used by one thread at a time.</summary>
internal sealed class AlertMemoryStore(
    IStateStore state, IVaraiEnvironment environment, IOptions<AlertRulesOptions> options, ILogger<AlertMemoryStore> logger)
{
    private const int HashLength = 16;

    private static readonly TimeSpan LongestAbsence = TimeSpan.FromDays(7);

    private readonly GuardedLogger _logger = new(logger);
    private readonly string _instance = options.Value.Instance ?? System.Environment.MachineName;
    private long? _version;
    private bool _hasWarned;

    private string Prefix => $"monitoring/{environment.Name}/alerts/";

    // A name may have characters that a key must not have.
    private string Key => $"{Prefix}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_instance)).AsSpan(0, HashLength))}";

    /// <returns>What was saved last; null when there is nothing.</returns>
    public async Task<AlertMemory?> LoadAsync(CancellationToken cancellationToken)
    {
        StateDocument? document = await state.GetAsync(Key, cancellationToken).ConfigureAwait(false);
        _version = document?.Version ?? 0;
        if (document is null)
            return null;
        try
        {
            AlertMemory? memory = JsonSerializer.Deserialize(document.Content.Span, AlertMemoryJson.Default.AlertMemory);
            if (memory is { Format: AlertMemory.CurrentFormat })
                return memory;
            _logger.AlertMemoryUnreadable(_instance, $"its format is {memory?.Format}, and this version knows {AlertMemory.CurrentFormat}");
        }
        catch (JsonException e)
        {
            _logger.AlertMemoryUnreadable(_instance, e.Message);
        }

        return null;
    }

    /// <summary>Deletes what processes left behind that have not been there for long, as those in containers whose names never come again.</summary>
    public async Task TidyAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var transaction = new StateTransaction();
        await foreach (StateDocument document in state.ListAsync(Prefix, cancellationToken).ConfigureAwait(false))
        {
            if (document.Key != Key && document.Modified < now - LongestAbsence)
                transaction.Delete(document.Key, document.Version);
        }

        if (transaction.Operations.Count > 0)
            await state.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
    }

    public async Task SaveAsync(AlertMemory memory, CancellationToken cancellationToken)
    {
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(memory, AlertMemoryJson.Default.AlertMemory);
        try
        {
            await CommitAsync(content, _version, cancellationToken).ConfigureAwait(false);
        }
        catch (StateConflictException)
        {
            // What is written last is what counts: nobody else should write here.
            if (!_hasWarned)
                _logger.AlertMemoryShared(_instance);
            _hasWarned = true;
            await CommitAsync(content, expectedVersion: null, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CommitAsync(byte[] content, long? expectedVersion, CancellationToken cancellationToken)
    {
        StateCommit commit = await state.CommitAsync(new StateTransaction().Put(Key, content, expectedVersion), cancellationToken).ConfigureAwait(false);
        _version = expectedVersion is null || commit.Changes is [] ? null : commit.Changes[0].Version;
    }
}
