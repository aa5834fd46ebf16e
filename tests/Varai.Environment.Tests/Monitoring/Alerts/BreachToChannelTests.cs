using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring;
using Varai.Monitoring.Notifications.Storage;
using Varai.Testing.Monitoring;
using Varai.Tests.Hosting;

namespace Varai.Tests.Monitoring.Alerts;

/// <summary>From a recorded value to a channel and back, all parts wired as a host wires them.</summary>
public sealed class BreachToChannelTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Record_Breach_ReachesTheChannelWithinIntervalAndGroupWait_AndItsEndToo()
    {
        var time = new FakeTimeProvider(AlertWorld.Start);
        var channel = new RecordingAlertChannel();
        await using var host = new VaraiHost();
        host.Builder.Services.AddSingleton<TimeProvider>(time);
        host.Builder.Services.AddSingleton<IAlertChannel>(channel);
        host.Builder.AddVarai().AddAlertNotifications(o => o.LeaseDuration = TimeSpan.FromMinutes(10))
            .AddAlertRule("slow", r => r.Metric("order_time").Quantile(0.99).Over(TimeSpan.FromMinutes(1)).Above(2000).Summary("p99 is {{ humanize $value }} ms"));
        await host.App.StartAsync(Token);
        IAlertRules rules = host.App.Services.GetRequiredService<IAlertRules>();
        await UntilAsync(() => rules.GetStatus()[0].LastEvaluation is not null);

        host.Varai.Metrics.Record("order_time", 3000);
        DateTimeOffset breach = time.GetUtcNow();
        time.Advance(TimeSpan.FromSeconds(10));

        // The node that sends has taken it: what is kept has a group, and nothing waits to be taken.
        NotificationStore store = host.App.Services.GetRequiredService<NotificationStore>();
        await UntilAsync(async () => await store.LoadAsync(Token) is ({ Groups.Count: 1 }, { Count: 0 }));
        time.Advance(TimeSpan.FromSeconds(30));
        await channel.WaitAsync(1, Token).WaitAsync(Patience, Token);
        AlertNotification fired = channel.Sent[0];
        Assert.Equal((AlertStatus.Firing, "production"), (fired.Status, fired.Environment));
        Assert.Equal("p99 is 3k ms", Assert.Single(fired.Alerts).Annotations["summary"]);
        Assert.Equal(TimeSpan.FromSeconds(40), fired.At - breach);

        // It ends with the range, and is told so at one of the group's next intervals.
        while (channel.Sent.Count < 2)
        {
            Assert.True(time.GetUtcNow() - breach < TimeSpan.FromDays(1), "Its end was not told.");
            DateTimeOffset? before = rules.GetStatus()[0].LastEvaluation;
            time.Advance(TimeSpan.FromSeconds(10));
            await UntilAsync(() => rules.GetStatus()[0].LastEvaluation != before);

            // A look at what is kept goes to the store and back, which leaves the others their turn; a day of such rounds is plenty.
            await store.LoadAsync(Token);
        }

        Assert.Equal(AlertState.Inactive, rules.GetStatus()[0].State);
        AlertNotification ended = channel.Sent[1];
        Assert.Equal((AlertStatus.Resolved, fired.GroupKey), (ended.Status, ended.GroupKey));
        await host.App.StopAsync(Token);
    }

    private static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, "It did not happen.");
            await Task.Yield();
        }
    }
}
