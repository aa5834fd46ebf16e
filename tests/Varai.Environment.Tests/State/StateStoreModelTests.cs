using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Varai.State;

namespace Varai.Tests.State;

/// <summary>Random sequences of everything a store can do, each step compared with <see cref="StateModel"/>.</summary>
public sealed class StateStoreModelTests
{
    private static readonly StateOptions Options = new() { ChangeRetention = StateModelRun.ChangeRetention };

    [Fact]
    public Task InMemoryStateStore_does_what_the_model_does() =>
        StateModelRun.Actions.SampleAsync(
            async actions =>
            {
                var clock = new FakeTimeProvider();
                var store = new InMemoryStateStore(Options, clock);
                await new StateModelRun(clock, store, reopen: () => store).RunAsync(actions);
            },
            iter: 300, print: StateModelRun.Print);

    [Fact]
    public Task SqliteStateStore_does_what_the_model_does() =>
        StateModelRun.Actions.SampleAsync(
            async actions =>
            {
                using var folder = new StateFolder();
                var clock = new FakeTimeProvider();
                SqliteStateStore store = folder.Open(clock, Options);
                await new StateModelRun(
                    clock,
                    store,
                    reopen: () =>
                    {
                        store.Dispose();
                        return store = folder.Open(clock, Options);
                    }).RunAsync(actions);
                store.Dispose();
                Assert.Equal("ok", folder.ExecuteRaw("PRAGMA integrity_check"));
                Assert.Equal(0L, folder.ExecuteRaw("SELECT count(*) FROM blobs WHERE hash IS NULL"));
                Assert.Equal(0L, folder.ExecuteRaw("SELECT count(*) FROM chunks WHERE blob NOT IN (SELECT id FROM blobs)"));
            },
            iter: 60, print: StateModelRun.Print);
}
