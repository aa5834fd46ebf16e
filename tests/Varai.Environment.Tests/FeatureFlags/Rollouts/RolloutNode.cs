using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Rollouts;

namespace Varai.Tests.FeatureFlags.Rollouts;

/// <summary>One process of a service that rolls flags out.</summary>
internal sealed class RolloutNode
{
    public RolloutNode(RolloutWorld world, RolloutOptions options, IReadOnlyList<IRolloutGuard>? guards = null)
    {
        State = new MortalStateStore(world.State, Crash);
        Editor = new MortalEditor(world.Flags, Crash);
        IOptions<RolloutOptions> wrapped = Options.Create(options);
        Store = new RolloutStore(State, ScriptedConfiguration.Create("{}").Configuration);
        var asking = new RolloutGuards(guards ?? world.Guards, wrapped, world.Time, new FakeLogger<RolloutGuards>(Logs));
        Worker = new RolloutWorker(Store, Editor, asking, wrapped, world.Time, new FakeLogger<RolloutWorker>(Logs));
        Rollouts = new FlagRollouts(Store, Editor, asking, new RolloutSignal(), world.Time, new FakeLogger<FlagRollouts>(Logs));
    }

    public CrashPoint Crash { get; } = new();

    public FakeLogCollector Logs { get; } = new();

    public MortalStateStore State { get; }

    public MortalEditor Editor { get; }

    public RolloutStore Store { get; }

    public RolloutWorker Worker { get; }

    public IFlagRollouts Rollouts { get; }

    public Task CheckAsync() => Worker.PassAsync(isCheck: true, TestContext.Current.CancellationToken);

    public Task WakeAsync() => Worker.PassAsync(isCheck: false, TestContext.Current.CancellationToken);
}
