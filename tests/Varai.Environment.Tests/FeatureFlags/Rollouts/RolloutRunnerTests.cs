using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Rollouts;
using Varai.State;

namespace Varai.Tests.FeatureFlags.Rollouts;

public sealed class RolloutRunnerTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FlagBoard _flags = new();

    public RolloutRunnerTests() => _flags.Write(RolloutWorld.Flag, "true");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Host_RunsARollout_AndHandsTheLeaseBack()
    {
        var state = new InMemoryStateStore(new StateOptions(), _time);
        using IHost host = Build(state);
        await host.StartAsync(Cancellation);
        var rollouts = host.Services.GetRequiredService<IFlagRollouts>();
        await rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);

        await UntilAsync(rollouts, s => s.Step == 1);
        _time.Advance(TimeSpan.FromHours(1));
        await UntilAsync(rollouts, s => s.Step == 2);
        Assert.NotNull(await state.Leases.GetAsync("flags/staging/rollouts", Cancellation));

        await rollouts.AbortAsync(RolloutWorld.Flag, RolloutAbortMode.Restore, "ann", "enough", Cancellation);
        await UntilAsync(rollouts, s => s.HasEnded);
        Assert.Equal("true", _flags.Json(RolloutWorld.Flag));
        await rollouts.StartAsync(RolloutWorld.Plan(), "ann", "again", Cancellation);
        await UntilAsync(rollouts, s => s.Step == 1);
        await host.StopAsync(Cancellation);
        Assert.Null(await state.Leases.GetAsync("flags/staging/rollouts", Cancellation));
    }

    [Fact]
    public async Task Host_NoticesWhatAnotherProcessAsksFor()
    {
        var state = new InMemoryStateStore(new StateOptions(), _time);
        using IHost acting = Build(state);
        await acting.StartAsync(Cancellation);

        // Another host that has not been started, and so only asks.
        using IHost asking = Build(state);
        var rollouts = asking.Services.GetRequiredService<IFlagRollouts>();
        await rollouts.StartAsync(RolloutWorld.Plan(), "ann", "why", Cancellation);
        await UntilAsync(rollouts, s => s.Step == 1);
        await acting.StopAsync(Cancellation);
    }

    [Fact]
    public void AddFlagRollouts_CalledTwice_IsCalledOnce_AndGuardsAdd()
    {
        using IHost host = Build(new InMemoryStateStore(new StateOptions(), _time), builder => builder
            .AddFlagRollouts(o => o.CheckInterval = TimeSpan.FromSeconds(5))
            .AddRolloutGuard<StaticGuard>()
            .AddRolloutGuard<StaticGuard>());
        Assert.Single(host.Services.GetServices<IHostedService>().OfType<RolloutRunner>());
        Assert.Equal(["errors", "static"], host.Services.GetRequiredService<RolloutGuards>().Names);
        Assert.Equal(TimeSpan.FromSeconds(5), host.Services.GetRequiredService<IOptions<RolloutOptions>>().Value.CheckInterval);
    }

    [Fact]
    public void AddVarai_Alone_RunsNoRollouts()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.AddVarai();
        using IHost host = builder.Build();
        Assert.Null(host.Services.GetService<IFlagRollouts>());
        Assert.Empty(host.Services.GetServices<IHostedService>().OfType<RolloutRunner>());
    }

    [Fact]
    public void Guards_WithOneNameTwice_AreRefused()
    {
        using IHost host = Build(new InMemoryStateStore(new StateOptions(), _time), builder => builder
            .AddRolloutGuard("ERRORS", (_, _) => ValueTask.FromResult(RolloutGuardResult.Pass)));
        var error = Assert.Throws<InvalidOperationException>(() => host.Services.GetRequiredService<RolloutGuards>());
        Assert.Equal("There are two rollout guards with the name 'ERRORS'; which of the two is meant?", error.Message);
    }

    [Theory]
    [InlineData("CheckInterval", "00:00:00", "Varai:Rollouts:CheckInterval is '00:00:00', but must be from 00:00:00.1000000 to 01:00:00.")]
    [InlineData("GuardTimeout", "1.00:00:00", "Varai:Rollouts:GuardTimeout is '1.00:00:00', but must be from 00:00:00.0100000 to 00:10:00.; Varai:Rollouts:LeaseDuration is '00:02:00', but must be from 1.00:00:30 (CheckInterval and GuardTimeout together) to 1.00:00:00.")]
    [InlineData("MaximumGuardErrors", "0", "Varai:Rollouts:MaximumGuardErrors is '0', but must be from 1 to 1000.")]
    [InlineData("LeaseDuration", "00:00:30", "Varai:Rollouts:LeaseDuration is '00:00:30', but must be from 00:00:40 (CheckInterval and GuardTimeout together) to 1.00:00:00.")]
    public async Task Options_ThatAreWrong_StopTheStart(string key, string value, string message)
    {
        using IHost host = Build(
            new InMemoryStateStore(new StateOptions(), _time), configuration: new Dictionary<string, string?> { [$"Varai:Rollouts:{key}"] = value });
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancellation));
        Assert.Equal(message, error.Message);
    }

    private static async Task UntilAsync(IFlagRollouts rollouts, Func<RolloutStatus, bool> condition)
    {
        await foreach (RolloutStatus status in rollouts.WatchAsync(RolloutWorld.Flag, Cancellation))
        {
            if (condition(status))
                return;
        }

        Assert.Fail("The rollout has ended.");
    }

    private IHost Build(IStateStore state, Action<VaraiBuilder>? configure = null, IDictionary<string, string?>? configuration = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(configuration ?? new Dictionary<string, string?>());
        builder.Services.AddSingleton(ScriptedConfiguration.Create("{}").Configuration);
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton(state);
        builder.Services.AddSingleton<IFeatureFlagEditor>(new MortalEditor(_flags, new CrashPoint()));
        VaraiBuilder varai = builder.AddVarai()
            .AddFlagRollouts()
            .AddRolloutGuard("errors", (_, _) => ValueTask.FromResult(RolloutGuardResult.Pass));
        configure?.Invoke(varai);
        return builder.Build();
    }

    private sealed class StaticGuard : IRolloutGuard
    {
        public string Name => "static";

        public ValueTask<RolloutGuardResult> CheckAsync(RolloutGuardContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult(RolloutGuardResult.Pass);
    }
}
