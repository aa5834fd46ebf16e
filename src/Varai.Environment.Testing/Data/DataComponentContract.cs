using Varai.Data;
using Varai.State;

namespace Varai.Testing.Data;

/// <summary>What every <see cref="IDataComponent"/> must do. Call <see cref="RunAsync"/> from one test, or each method from a test of its
/// own; a broken rule is a <see cref="ContractException"/>.</summary>
/// <remarks>The data of both environments is the contract's to change: it replaces the target's again and again.</remarks>
public sealed class DataComponentContract
{
    private readonly IDataComponent _component;
    private readonly string _source;
    private readonly string _target;
    private readonly string _missing;
    private readonly Func<CancellationToken, Task> _change;

    /// <summary>Creates the contract for a component.</summary>
    /// <param name="component">The component.</param>
    /// <param name="source">An environment that has data.</param>
    /// <param name="target">Another one, which can be restored into; it may have data.</param>
    /// <param name="missing">The name of an environment that has no such component.</param>
    /// <param name="change">Changes the source's data by other means than the component, each time to something it was not before.</param>
    public DataComponentContract(IDataComponent component, string source, string target, string missing, Func<CancellationToken, Task> change)
    {
        ArgumentNullException.ThrowIfNull(component);
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        ArgumentException.ThrowIfNullOrWhiteSpace(missing);
        ArgumentNullException.ThrowIfNull(change);
        (_component, _source, _target, _missing, _change) = (component, source, target, missing, change);
    }

    /// <summary>Checks every rule.</summary>
    /// <param name="cancellationToken">Stops the checks.</param>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        HasAName();
        await ListsWhatItCapturesAsync(cancellationToken).ConfigureAwait(false);
        await FingerprintsContentAsync(cancellationToken).ConfigureAwait(false);
        await TakesNamesWhateverTheirCaseAsync(cancellationToken).ConfigureAwait(false);
        await RestoresWhatWasCapturedAsync(cancellationToken).ConfigureAwait(false);
        await LeavesTheTargetUntilTheCommitAsync(cancellationToken).ConfigureAwait(false);
        await GoesOnAfterAnAttemptThatWasCutOffAsync(cancellationToken).ConfigureAwait(false);
        await RefusesASecondRestoreAsync(cancellationToken).ConfigureAwait(false);
        await RefusesAnEnvironmentItHasNotAsync(cancellationToken).ConfigureAwait(false);
        await HonoursCancellationAsync(cancellationToken).ConfigureAwait(false);
        await CanBeDisposedTwiceAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The name is one by which requests can choose it, and stays.</summary>
    public void HasAName()
    {
        string name = _component.Name;
        Check(!string.IsNullOrEmpty(name) && !name.Contains('/', StringComparison.Ordinal), $"The name '{name}' is empty or has a '/'.");
        try
        {
            StateKey.ThrowIfInvalid(name);
        }
        catch (ArgumentException e)
        {
            throw new ContractException($"The name '{name}' is not valid: {e.Message}", e);
        }

        Check(name == _component.Name, "The name changes.");
    }

    /// <summary>A capture lists items with names of their own, what has an order in that order, and opens each as a stream of the length
    /// it says.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task ListsWhatItCapturesAsync(CancellationToken cancellationToken = default)
    {
        IDataCapture capture = await _component.CaptureAsync(new DataCaptureRequest(_source, NewId()), cancellationToken).ConfigureAwait(false);
        await using (capture.ConfigureAwait(false))
        {
            Check(capture.Manifest.Component == _component.Name, $"The manifest is of '{capture.Manifest.Component}', not of '{_component.Name}'.");
            Check(!string.IsNullOrWhiteSpace(capture.Manifest.Format), "The manifest has no format.");
            Check(capture.Manifest.MaximumParallelism >= 1, "The manifest lets less than one item be read at once.");
            var names = new HashSet<string>(StringComparer.Ordinal);
            DataItemKind? last = null;
            await foreach (DataItem item in capture.ListAsync(cancellationToken).ConfigureAwait(false))
            {
                Check(names.Add(item.Name), $"Two items have the name '{item.Name}'.");
                Check(last != DataItemKind.Checks || item.Kind == DataItemKind.Checks, $"The item '{item.Name}' comes after those of the kind {DataItemKind.Checks}.");
                Check(item.Kind != DataItemKind.Schema || last is null or DataItemKind.Schema, $"The item '{item.Name}' of the kind {DataItemKind.Schema} comes after others.");
                last = item.Kind;
                if (!HasContent(item))
                    continue;
                long length = await ReadAsync(capture, item, cancellationToken).ConfigureAwait(false);
                Check(item.Length is null || item.Length == length, $"The item '{item.Name}' says that it has {item.Length} bytes and has {length}.");
            }

            Check(names.Count > 0, "The source has no items.");
        }
    }

    /// <summary>Equal content has equal fingerprints, other content others, and looking changes nothing.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task FingerprintsContentAsync(CancellationToken cancellationToken = default)
    {
        string first = await FingerprintAsync(_source, cancellationToken).ConfigureAwait(false);
        Check(first == await FingerprintAsync(_source, cancellationToken).ConfigureAwait(false), "The same data has two fingerprints.");
        await _change(cancellationToken).ConfigureAwait(false);
        Check(first != await FingerprintAsync(_source, cancellationToken).ConfigureAwait(false), "The data was changed, and its fingerprint has not.");
    }

    /// <summary>An environment's name is compared whatever its case.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task TakesNamesWhateverTheirCaseAsync(CancellationToken cancellationToken = default) => Check(
        await FingerprintAsync(_source, cancellationToken).ConfigureAwait(false) == await FingerprintAsync(_source.ToUpperInvariant(), cancellationToken).ConfigureAwait(false),
        $"'{_source}' and '{_source.ToUpperInvariant()}' are two environments.");

    /// <summary>What was captured and restored is what the target has, also when it had it already.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task RestoresWhatWasCapturedAsync(CancellationToken cancellationToken = default)
    {
        await _change(cancellationToken).ConfigureAwait(false);
        string wanted = await FingerprintAsync(_source, cancellationToken).ConfigureAwait(false);
        for (int round = 0; round < 2; round++)
        {
            DataRestoreResult result = await MoveAsync(NewId(), beforeCommit: null, cancellationToken).ConfigureAwait(false)
                ?? throw new ContractException("A commit gave null.");
            Check(round > 0 || result.HasChanged, "The commit says that nothing has changed, and it has.");
            Check(await FingerprintAsync(_target, cancellationToken).ConfigureAwait(false) == wanted, "The target does not have the fingerprint of what was captured.");
        }

        Check(await FingerprintAsync(_source, cancellationToken).ConfigureAwait(false) == wanted, "Moving the source's data has changed it.");
    }

    /// <summary>The target stays as it is until the commit; what is disposed without one has changed nothing.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task LeavesTheTargetUntilTheCommitAsync(CancellationToken cancellationToken = default)
    {
        await MoveAsync(NewId(), beforeCommit: null, cancellationToken).ConfigureAwait(false);
        string before = await FingerprintAsync(_target, cancellationToken).ConfigureAwait(false);
        await _change(cancellationToken).ConfigureAwait(false);
        string id = NewId();
        await MoveAsync(id, async () => Check(await IsAsync(before).ConfigureAwait(false), "The target changes before the commit."), cancellationToken, commits: false).ConfigureAwait(false);
        Check(await IsAsync(before).ConfigureAwait(false), "A restore that was disposed without a commit has changed the target.");

        async Task<bool> IsAsync(string fingerprint) => await FingerprintAsync(_target, cancellationToken).ConfigureAwait(false) == fingerprint;
    }

    /// <summary>An attempt that was cut off does not stand in the way of the next, with the same id or with another.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task GoesOnAfterAnAttemptThatWasCutOffAsync(CancellationToken cancellationToken = default)
    {
        foreach (bool isSame in new[] { true, false })
        {
            await _change(cancellationToken).ConfigureAwait(false);
            string id = NewId();
            await MoveAsync(id, beforeCommit: null, cancellationToken, commits: false).ConfigureAwait(false);
            await MoveAsync(isSame ? id : NewId(), beforeCommit: null, cancellationToken).ConfigureAwait(false);
            Check(
                await FingerprintAsync(_target, cancellationToken).ConfigureAwait(false) == await FingerprintAsync(_source, cancellationToken).ConfigureAwait(false),
                $"After an attempt that was cut off, one with {(isSame ? "the same" : "another")} id does not restore what was captured.");
        }
    }

    /// <summary>Of two restores into one environment the second is refused with a transient error, until the first is disposed.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task RefusesASecondRestoreAsync(CancellationToken cancellationToken = default)
    {
        IDataRestore first = await _component.RestoreAsync(new DataRestoreRequest(_target, NewId()), cancellationToken).ConfigureAwait(false);
        await using (first.ConfigureAwait(false))
        {
            DataComponentException refused = await ThrowsAsync<DataComponentException>(
                "A second restore", () => BeginAsync(_target, cancellationToken)).ConfigureAwait(false);
            Check(refused.IsTransient, "The error of a second restore is not transient.");
        }

        await BeginAsync(_target, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An environment that has no such component is an error that names the component.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task RefusesAnEnvironmentItHasNotAsync(CancellationToken cancellationToken = default)
    {
        foreach ((string what, Func<Task> call) in new (string, Func<Task>)[]
        {
            ("Capturing", () => CaptureAsync(_missing, cancellationToken)),
            ("Restoring", () => BeginAsync(_missing, cancellationToken)),
            ("Fingerprinting", () => _component.FingerprintAsync(_missing, cancellationToken)),
        })
        {
            DataComponentException error = await ThrowsAsync<DataComponentException>($"{what} '{_missing}'", call).ConfigureAwait(false);
            Check(error.Component == _component.Name, $"The error names the component '{error.Component}', not '{_component.Name}'.");
        }
    }

    /// <summary>A cancelled token in is an <see cref="OperationCanceledException"/> out.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task HonoursCancellationAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var cancelled = new CancellationToken(canceled: true);
        await ThrowsAsync<OperationCanceledException>("CaptureAsync with a cancelled token", () => CaptureAsync(_source, cancelled)).ConfigureAwait(false);
        await ThrowsAsync<OperationCanceledException>("RestoreAsync with a cancelled token", () => BeginAsync(_target, cancelled)).ConfigureAwait(false);
        await ThrowsAsync<OperationCanceledException>("FingerprintAsync with a cancelled token", () => _component.FingerprintAsync(_source, cancelled)).ConfigureAwait(false);

        // What was cancelled holds nothing.
        await BeginAsync(_target, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Disposing a capture or a restore twice is disposing it once.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task CanBeDisposedTwiceAsync(CancellationToken cancellationToken = default)
    {
        IDataCapture capture = await _component.CaptureAsync(new DataCaptureRequest(_source, NewId()), cancellationToken).ConfigureAwait(false);
        await capture.DisposeAsync().ConfigureAwait(false);
        await capture.DisposeAsync().ConfigureAwait(false);
        IDataRestore first = await _component.RestoreAsync(new DataRestoreRequest(_target, NewId()), cancellationToken).ConfigureAwait(false);
        await first.DisposeAsync().ConfigureAwait(false);
        IDataRestore second = await _component.RestoreAsync(new DataRestoreRequest(_target, NewId()), cancellationToken).ConfigureAwait(false);
        await using (second.ConfigureAwait(false))
        {
            await first.DisposeAsync().ConfigureAwait(false);
            await ThrowsAsync<DataComponentException>("A second restore, after another was disposed twice,", () => BeginAsync(_target, cancellationToken)).ConfigureAwait(false);
        }
    }

    private static string NewId() => Guid.NewGuid().ToString("N");

    private static bool HasContent(DataItem item) => item.Kind is not (DataItemKind.Directory or DataItemKind.Link);

    private static async Task<long> ReadAsync(IDataCapture capture, DataItem item, CancellationToken cancellationToken)
    {
        Stream content = await capture.OpenAsync(item, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            byte[] buffer = new byte[64 * 1024];
            long length = 0;
            while (await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
                length += count;
            return length;
        }
    }

    /// <summary>Moves the source's data as a migration does, item by item.</summary>
    private async Task<DataRestoreResult?> MoveAsync(string id, Func<Task>? beforeCommit, CancellationToken cancellationToken, bool commits = true)
    {
        IDataRestore restore = await _component.RestoreAsync(new DataRestoreRequest(_target, id) { DeleteMissing = true }, cancellationToken).ConfigureAwait(false);
        await using (restore.ConfigureAwait(false))
        {
            Check(restore.MaximumParallelism >= 1, "The restore lets less than one item be written at once.");
            IDataCapture capture = await _component.CaptureAsync(new DataCaptureRequest(_source, id), cancellationToken).ConfigureAwait(false);
            await using (capture.ConfigureAwait(false))
            {
                await foreach (DataItem item in capture.ListAsync(cancellationToken).ConfigureAwait(false))
                    await MoveAsync(capture, restore, item, cancellationToken).ConfigureAwait(false);
                if (beforeCommit is not null)
                    await beforeCommit().ConfigureAwait(false);
                return commits ? await restore.CommitAsync(cancellationToken).ConfigureAwait(false) : null;
            }
        }
    }

    private static async Task MoveAsync(IDataCapture capture, IDataRestore restore, DataItem item, CancellationToken cancellationToken)
    {
        DataItemResult? found = await restore.FindAsync(item, earlier: null, cancellationToken).ConfigureAwait(false);
        Check(found is not null || HasContent(item), $"The item '{item.Name}' has no content, and was not taken care of when it was looked for.");
        if (found is not null)
            return;
        Stream content = await capture.OpenAsync(item, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            DataItemResult written = await restore.WriteAsync(item, content, cancellationToken).ConfigureAwait(false);
            Check(written.Item.Name == item.Name, $"The result of '{item.Name}' is that of '{written.Item.Name}'.");
        }
    }

    private async Task CaptureAsync(string environment, CancellationToken cancellationToken)
    {
        IDataCapture capture = await _component.CaptureAsync(new DataCaptureRequest(environment, NewId()), cancellationToken).ConfigureAwait(false);
        await capture.DisposeAsync().ConfigureAwait(false);
    }

    private async Task BeginAsync(string environment, CancellationToken cancellationToken)
    {
        IDataRestore restore = await _component.RestoreAsync(new DataRestoreRequest(environment, NewId()), cancellationToken).ConfigureAwait(false);
        await restore.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<string> FingerprintAsync(string environment, CancellationToken cancellationToken)
    {
        IReadOnlyList<DataFingerprint> found = await _component.FingerprintAsync(environment, cancellationToken).ConfigureAwait(false);
        return string.Join('\n', found.OrderBy(f => f.Name, StringComparer.Ordinal));
    }

    private static async Task<TException> ThrowsAsync<TException>(string what, Func<Task> call)
        where TException : Exception
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (TException expected)
        {
            return expected;
        }
        catch (Exception e)
        {
            throw new ContractException($"{what} did not throw {typeof(TException).Name}, but {e.GetType().Name}: {e.Message}", e);
        }

        throw new ContractException($"{what} did not throw {typeof(TException).Name}.");
    }

    private static void Check(bool condition, string broken)
    {
        if (!condition)
            throw new ContractException(broken);
    }
}
