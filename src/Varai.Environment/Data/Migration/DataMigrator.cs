using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.Data.Masking;
using Varai.Secrets;
using Varai.State;

namespace Varai.Data.Migration;

/// <summary>Moves components one after the other, each with a journal.</summary>
internal sealed class DataMigrator(
    IEnumerable<IDataComponent> components,
    ISecretStore secrets,
    IStateStore state,
    IOptions<DataMigrationOptions> options,
    TimeProvider time,
    ILogger<DataMigrator> logger) : IDataMigrator
{
    private readonly IDataComponent[] _components = [.. components];
    private readonly DataMigrationOptions _options = options.Value;
    private readonly EnvironmentRanking _ranking = new(options.Value);
    private readonly GuardedLogger _logger = new(logger);

    public async Task<DataMigrationReport> MigrateAsync(
        DataMigrationRequest request, IProgress<DataMigrationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrWhiteSpace(request.Source, nameof(request));
        ArgumentException.ThrowIfNullOrWhiteSpace(request.Target, nameof(request));
        cancellationToken.ThrowIfCancellationRequested();
        request = request with { Source = request.Source.ToLowerInvariant(), Target = request.Target.ToLowerInvariant() };
        if (request.Source == request.Target)
            throw new ArgumentException($"Source and target are both '{request.Source}'.", nameof(request));
        IDataComponent[] chosen = Choose(request);
        if (_ranking.IsIntoProduction(request.Target) && !request.AllowIntoProduction)
        {
            throw new DataComponentException(chosen.FirstOrDefault()?.Name ?? "",
                $"Moving data from {request.Source} into {request.Target}, the environment of highest rank, has to be allowed by the request: set {nameof(DataMigrationRequest.AllowIntoProduction)}.");
        }

        (DateTimeOffset startedAt, long start) = (time.GetUtcNow(), time.GetTimestamp());
        using DataMasker? masker = await CreateMaskerAsync(request, cancellationToken).ConfigureAwait(false);
        var reports = new List<DataComponentReport>();
        foreach (IDataComponent component in chosen)
            reports.Add(await MigrateAsync(component, request, masker, progress, cancellationToken).ConfigureAwait(false));
        return new DataMigrationReport(request.Source, request.Target, startedAt, time.GetElapsedTime(start), reports);
    }

    private IDataComponent[] Choose(DataMigrationRequest request)
    {
        if (_components.GroupBy(c => c.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InvalidOperationException($"Two data components have the name '{twice.Key}': give each its own.");
        return request.Components.Count == 0
            ? _components
            : [.. request.Components.Distinct(StringComparer.Ordinal).Select(n => _components.FirstOrDefault(c => c.Name == n)
                ?? throw new ArgumentException($"There is no data component '{n}'; registered: {string.Join(", ", _components.Select(c => $"'{c.Name}'"))}.", nameof(request)))];
    }

    private async Task<DataMasker?> CreateMaskerAsync(DataMigrationRequest request, CancellationToken cancellationToken)
    {
        bool isRequired = _ranking.IsDown(request.Source, request.Target);
        if (request.Masking is null && !isRequired)
            return null;
        DataMaskingPolicy policy = request.Masking ?? new DataMaskingPolicy();
        if (!policy.Rules.Values.Any(r => r.NeedsKey))
            return new DataMasker(policy, isRequired, key: []);
        string name = policy.KeySecret
            ?? throw new ArgumentException($"The masking policy has rules that need a key: name the secret that holds it in {nameof(DataMaskingPolicy.KeySecret)}.", nameof(request));
        Secret secret = await secrets.FindSecretAsync(name, cancellationToken).ConfigureAwait(false) ?? throw new SecretNotFoundException(name, providers: []);
        return new DataMasker(policy, isRequired, secret.Value.RevealBytes().Span);
    }

    private async Task<DataComponentReport> MigrateAsync(
        IDataComponent component, DataMigrationRequest request, DataMasker? masker, IProgress<DataMigrationProgress>? listener, CancellationToken cancellationToken)
    {
        using var journal = new MigrationJournal(state, request.Target, component.Name, _options.JournalBatch, time);
        (MigrationDocument document, long version) =
            await journal.PlanAsync(request.Source, MigrationPlan.HashOf(request, component.Name), cancellationToken).ConfigureAwait(false);
        var progress = new MigrationProgress(listener, component.Name, _options.ProgressInterval, time);
        progress.Tell(DataMigrationPhase.Capturing);
        _logger.MigrationStarted(component.Name, request.Source, request.Target, document.Attempt, document.Id);
        try
        {
            DataComponentReport report = await MoveAsync(component, request, masker, journal, document, version, progress, cancellationToken).ConfigureAwait(false);
            progress.Tell(DataMigrationPhase.Done);
            _logger.MigrationDone(
                component.Name, request.Source, request.Target, report.Duration, report.Copied, report.BytesCopied, report.Unchanged, report.Resumed, report.Deleted);
            foreach (string note in report.Notes)
                _logger.MigrationNote(component.Name, request.Target, note);
            return report;
        }
        catch (StateConflictException e)
        {
            throw new DataComponentException(component.Name, $"Somebody else has begun to move '{component.Name}' into {request.Target}. Try again later.", e) { IsTransient = true };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _logger.MigrationFailed(component.Name, request.Source, request.Target, e.Message);
            throw;
        }
    }

    private async Task<DataComponentReport> MoveAsync(
        IDataComponent component,
        DataMigrationRequest request,
        DataMasker? masker,
        MigrationJournal journal,
        MigrationDocument document,
        long version,
        MigrationProgress progress,
        CancellationToken cancellationToken)
    {
        // Its lock before the journal: whoever has it is the only one that writes there.
        var into = new DataRestoreRequest(request.Target, document.Id) { DeleteMissing = request.DeleteMissing, VerifyContents = request.VerifyContents };
        IDataRestore restore = await component.RestoreAsync(into, cancellationToken).ConfigureAwait(false);
        await using (restore.ConfigureAwait(false))
        {
            Dictionary<string, DataItemResult> earlier = await journal.BeginAsync(document, version, cancellationToken).ConfigureAwait(false);
            var from = new DataCaptureRequest(request.Source, document.Id) { Masker = masker };
            IDataCapture capture = await component.CaptureAsync(from, cancellationToken).ConfigureAwait(false);
            await using (capture.ConfigureAwait(false))
            {
                progress.Expect(capture.Manifest);
                var copy = new ComponentMigration(capture, restore, journal, document, earlier, progress);
                DataRestoreResult result;
                try
                {
                    await copy.CopyAsync(cancellationToken).ConfigureAwait(false);
                    progress.Tell(DataMigrationPhase.Committing);
                    result = await restore.CommitAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (e is not StateException)
                {
                    await journal.SaveAsync(document).ConfigureAwait(false);
                    throw;
                }

                await journal.EndAsync(document, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
                (long copied, long unchanged, long resumed) = copy.Counts;
                bool isResumed = document.Attempt > 1;
                return new DataComponentReport(component.Name, document.Id, result.HasChanged)
                {
                    IsResumed = isResumed,
                    IsNewSnapshot = isResumed && capture.Manifest.IsSnapshot,
                    Copied = copied,
                    Unchanged = unchanged,
                    Resumed = resumed,
                    Deleted = result.Deleted,
                    BytesCopied = progress.Moved,
                    Duration = progress.Elapsed,
                    Tables = result.Tables,
                    Notes = [.. capture.Manifest.Notes, .. result.Notes],
                };
            }
        }
    }
}
