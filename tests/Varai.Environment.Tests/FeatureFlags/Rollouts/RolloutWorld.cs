using Microsoft.Extensions.Time.Testing;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Rollouts;
using Varai.State;

namespace Varai.Tests.FeatureFlags.Rollouts;

/// <summary>What all nodes share: the clock, the state, the flags and how the guard answers.</summary>
internal sealed class RolloutWorld
{
    public const string Flag = "engine";

    public RolloutWorld(string definition = "true", bool isHashed = false)
    {
        State = new InMemoryStateStore(new StateOptions(), Time);
        Flags = new FlagBoard { IsHashed = isHashed };
        Flags.Write(Flag, definition);
        Flags.Write("other", "true");
        Guards = [new DelegateRolloutGuard("errors", async (context, token) =>
        {
            Asked.Add(context);
            return await Answer(context, token);
        })];
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public IStateStore State { get; set; }

    public FlagBoard Flags { get; }

    public IReadOnlyList<IRolloutGuard> Guards { get; }

    public List<RolloutGuardContext> Asked { get; } = [];

    public Func<RolloutGuardContext, CancellationToken, ValueTask<RolloutGuardResult>> Answer { get; set; } =
        (_, _) => ValueTask.FromResult(RolloutGuardResult.Pass);

    public RolloutOptions Options { get; } = new();

    public IEnumerable<double?> Percentages => Flags.Edits.Select(e => e.Percentage);

    public static RolloutPlan Plan(string? guard = "errors") => new RolloutPlan(Flag) { Guard = guard }
        .Step(5).Step(25, TimeSpan.FromHours(1)).Step(100, TimeSpan.FromDays(1));

    public RolloutNode Join() => new(this, Options);

    public void Say(RolloutGuardResult result) => Answer = (_, _) => ValueTask.FromResult(result);

    /// <summary>Lets time go by, with a check at every interval.</summary>
    public async Task PassTimeAsync(TimeSpan time, params RolloutNode[] nodes)
    {
        DateTimeOffset end = Time.GetUtcNow() + time;
        while (Time.GetUtcNow() < end)
        {
            TimeSpan left = end - Time.GetUtcNow();
            Time.Advance(left < Options.CheckInterval ? left : Options.CheckInterval);
            foreach (RolloutNode node in nodes)
                await node.CheckAsync();
        }
    }
}
