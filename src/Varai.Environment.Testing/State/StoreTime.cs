namespace Varai.Testing.State;

/// <summary>The time of the store under test, which is the contract's clock or the store's own.</summary>
internal sealed class StoreTime(ContractClock clock, Func<TimeSpan, Task>? advanceAsync)
{
    /// <summary>The store's present; <see langword="null"/> when only the store knows it.</summary>
    public DateTimeOffset? Now => advanceAsync is null ? clock.GetUtcNow() : null;

    /// <summary>How close to a border a clause may go: a clock of the store's own goes on by itself meanwhile.</summary>
    public TimeSpan Margin => advanceAsync is null ? TimeSpan.FromTicks(1) : TimeSpan.FromSeconds(30);

    public async Task AdvanceAsync(TimeSpan by)
    {
        if (advanceAsync is null)
            clock.Advance(by);
        else
            await advanceAsync(by).ConfigureAwait(false);
    }

    /// <summary>Expects a time so long after <see cref="Now"/>, where that is known.</summary>
    public void Check(TimeSpan afterNow, DateTimeOffset actual, string what)
    {
        if (Now is { } now)
            State.Check.Equal(now + afterNow, actual, what);
        State.Check.Equal(TimeSpan.Zero, actual.Offset, $"the offset of {what}");
    }
}
