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

    private readonly GuardedLogger _logger = new(logger);
    private readonly string _instance = options.Value.Instance ?? System.Environment.MachineName;
    private long? _version;
    private bool _hasWarned;

    // A name may have characters that a key must not have.
    private string Key => $"monitoring/{environment.Name}/alerts/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_instance)).AsSpan(0, HashLength))}";

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
