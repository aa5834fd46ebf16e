namespace Varai.Testing.State;

/// <summary>A clock that stands still until a clause moves it; its timers are the system's, so that a store that polls
/// still does.</summary>
internal sealed class ContractClock : TimeProvider
{
    private DateTimeOffset _now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
