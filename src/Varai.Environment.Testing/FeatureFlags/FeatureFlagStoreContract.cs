using Microsoft.Extensions.Primitives;
using Varai.FeatureFlags;

namespace Varai.Testing.FeatureFlags;

/// <summary>What every <see cref="IFeatureFlagStore"/> must do. Call <see cref="RunAsync"/> from one test, or each method from a
/// test of its own; a broken rule is a <see cref="ContractException"/>.</summary>
/// <remarks>A store that only reads passes with the rules of reading: the others are for stores whose
/// <see cref="IFeatureFlagStore.WriteAsync"/> throws no <see cref="NotSupportedException"/>. The names it uses begin with
/// <c>contract_</c>.</remarks>
public sealed partial class FeatureFlagStoreContract
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IFeatureFlagStore _store;
    private readonly Func<IReadOnlyList<FeatureFlagDefinition>, CancellationToken, Task> _replace;
    private readonly TimeProvider _time;

    /// <summary>Creates the contract for a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="replace">Replaces all flags and segments in its backend by other means than the store; the store's next load
    /// has them.</param>
    /// <param name="time">The clock for the 30 seconds within which a change must be told; <see langword="null"/> for the system's.</param>
    public FeatureFlagStoreContract(
        IFeatureFlagStore store, Func<IReadOnlyList<FeatureFlagDefinition>, CancellationToken, Task> replace, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(replace);
        _store = store;
        _replace = replace;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Checks every rule.</summary>
    /// <param name="cancellationToken">Stops the checks.</param>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        await LoadsWhatIsThereAsync(cancellationToken).ConfigureAwait(false);
        await LoadsNothingAsync(cancellationToken).ConfigureAwait(false);
        await TellsOfAChangeAsync(cancellationToken).ConfigureAwait(false);
        await HonoursCancellationAsync(cancellationToken).ConfigureAwait(false);
        if (!await IsWritableAsync(cancellationToken).ConfigureAwait(false))
            return;
        await LoadsWhatWasWrittenAsync(cancellationToken).ConfigureAwait(false);
        await ReplacesAndRemovesAsync(cancellationToken).ConfigureAwait(false);
        await GivesVersionsAsync(cancellationToken).ConfigureAwait(false);
        await RefusesAnotherVersionAsync(cancellationToken).ConfigureAwait(false);
        await OneOfTwoWritersWinsAsync(cancellationToken).ConfigureAwait(false);
        await KeepsHistoryAsync(cancellationToken).ConfigureAwait(false);
        await TellsOfAWriteAsync(cancellationToken).ConfigureAwait(false);
        await HonoursCancellationOfAWriteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Every flag that is there is loaded with its state.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task LoadsWhatIsThereAsync(CancellationToken cancellationToken = default)
    {
        await _replace([new("contract_on", true), new("contract_off", false)], cancellationToken).ConfigureAwait(false);
        await CheckHoldsAsync([("contract_off", false), ("contract_on", true)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>No flags are an empty set, not an error.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task LoadsNothingAsync(CancellationToken cancellationToken = default)
    {
        await _replace([], cancellationToken).ConfigureAwait(false);
        await CheckHoldsAsync([], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A change fires the token taken before it, the next load has the change, a set loaded earlier stays as it was, and
    /// a token taken afterwards waits for the next change.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task TellsOfAChangeAsync(CancellationToken cancellationToken = default)
    {
        await _replace([new("contract_change", false)], cancellationToken).ConfigureAwait(false);
        IChangeToken token = _store.GetChangeToken();
        FeatureFlagSet before = await _store.LoadAsync(cancellationToken).ConfigureAwait(false);
        await CheckFiresAsync(token, () => _replace([new("contract_change", true)], cancellationToken), cancellationToken).ConfigureAwait(false);
        await CheckHoldsAsync([("contract_change", true)], cancellationToken).ConfigureAwait(false);
        Check(before.Definitions is [{ Enabled: false }], "A set that was loaded before a change shows the change.");
        Check(token.HasChanged, "A token that fired does not say HasChanged.");
        Check(!_store.GetChangeToken().HasChanged, "A token taken after a change has already fired.");
    }

    /// <summary>A cancelled token in is an <see cref="OperationCanceledException"/> out.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task HonoursCancellationAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await _store.LoadAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        throw new ContractException("LoadAsync with a cancelled token did not throw OperationCanceledException.");
    }

    private async Task CheckFiresAsync(IChangeToken token, Func<Task> change, CancellationToken cancellationToken)
    {
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable registration = token.RegisterChangeCallback(_ => fired.TrySetResult(), state: null);
        await change().ConfigureAwait(false);
        try
        {
            await fired.Task.WaitAsync(Patience, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new ContractException($"The change token did not fire within {Patience.TotalSeconds} seconds of a change.", e);
        }
    }

    private async Task CheckHoldsAsync((string Name, bool Enabled)[] expected, CancellationToken cancellationToken)
    {
        FeatureFlagSet? set = await _store.LoadAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new ContractException("LoadAsync gave null.");
        (string Name, bool Enabled)[] found = [.. set.Definitions.Select(d => (d.Name, d.Enabled)).OrderBy(d => d.Name, StringComparer.Ordinal)];
        Check(found.SequenceEqual(expected), $"LoadAsync gave [{string.Join(", ", found)}], not [{string.Join(", ", expected)}].");
    }

    private static void Check(bool condition, string broken)
    {
        if (!condition)
            throw new ContractException(broken);
    }
}
