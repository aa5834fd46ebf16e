using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring.ServiceLevels;
using Varai.State;

namespace Varai.Tests.Monitoring.ServiceLevels;

public sealed class UptimeTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly InMemoryStateStore _state;
    private Func<CancellationToken, Task<bool>> _check = _ => Task.FromResult(true);

    public UptimeTests() => _state = new InMemoryStateStore(new StateOptions(), _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Probe_OnceInEachSlot_CountsWhatItSays()
    {
        await using ServiceLevelHarness node = await StartAsync(new UptimeSlots(Probe())); // the first slot is up
        await node.PassAsync(5);
        Assert.Equal(new ServiceLevelCount(1, 1), Events(node));

        _check = _ => Task.FromResult(false);
        await node.PassAsync(6);
        _check = _ => throw new TimeoutException();
        await node.PassAsync(6);
        _check = _ => Task.FromResult(true);
        await node.PassAsync(6);

        Assert.Equal(new ServiceLevelCount(2, 4), Events(node));
        Assert.Single(node.Logs.GetSnapshot(), r => r.Id.Id == 1524);
        Assert.Single(node.Logs.GetSnapshot(), r => r.Id.Id == 1525);
    }

    [Fact]
    public async Task Probe_ThatNeverAnswers_IsDown()
    {
        await using ServiceLevelHarness node = await StartAsync(new UptimeSlots(Probe()) { Length = TimeSpan.FromSeconds(10) });
        _check = _ => new TaskCompletionSource<bool>().Task;
        _time.Advance(TimeSpan.FromSeconds(10));
        Task tick = node.Levels.TickAsync(Token);
        Assert.False(tick.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(5));
        await tick;

        Assert.Equal(new ServiceLevelCount(1, 2), Events(node));
    }

    [Fact]
    public async Task Probe_WhileTheHostStops_CountsNothing()
    {
        await using ServiceLevelHarness node = await StartAsync(new UptimeSlots(Probe()) { Length = TimeSpan.FromSeconds(10) });
        using var stopping = new CancellationTokenSource();
        _check = async token =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
            return true;
        };
        _time.Advance(TimeSpan.FromSeconds(10));
        Task tick = node.Levels.TickAsync(stopping.Token);
        await stopping.CancelAsync();
        await tick;

        Assert.Equal(new ServiceLevelCount(1, 1), Events(node));
    }

    [Fact]
    public async Task Probe_InMaintenance_IsNotAsked()
    {
        int asked = 0;
        _check = _ =>
        {
            asked++;
            return Task.FromResult(false);
        };
        await using ServiceLevelHarness node = await StartAsync(new UptimeSlots(Probe())
        {
            Maintenance = [MaintenanceWindow.Once(_time.GetUtcNow(), _time.GetUtcNow().AddMinutes(5))],
        });
        await node.PassAsync(30);

        Assert.Equal(1, asked);
        Assert.Equal(new ServiceLevelCount(0, 1), Events(node));
    }

    [Theory]
    [InlineData(NoDataRule.Excluded, 3, 3)]
    [InlineData(NoDataRule.Down, 3, 20)]
    [InlineData(NoDataRule.Up, 20, 20)]
    public async Task Start_AfterNoNodeRan_CountsTheTimeBetweenAsTheRuleHasIt(NoDataRule rule, long up, long slots)
    {
        var uptime = new UptimeSlots(Probe())
        {
            NoData = rule,
            Maintenance = [MaintenanceWindow.Once(_time.GetUtcNow().AddMinutes(10), _time.GetUtcNow().AddMinutes(14))],
        };
        await using (ServiceLevelHarness first = await StartAsync(uptime))
        {
            await first.PassAsync(6);
            await first.StopAsync();
        }

        // Two slots so far, one at 12:23; between them twenty-one, of which four are of maintenance.
        _time.Advance(TimeSpan.FromMinutes(22));
        await using ServiceLevelHarness second = await StartAsync(uptime);
        await second.StopAsync();

        Assert.Equal(new ServiceLevelCount(up, slots), Events(second));
    }

    [Fact]
    public async Task Start_SoonAfter_IsNoGap()
    {
        var uptime = new UptimeSlots(Probe()) { NoData = NoDataRule.Down };
        await using (ServiceLevelHarness first = await StartAsync(uptime))
            await first.StopAsync();
        _time.Advance(TimeSpan.FromMinutes(3)); // the slot ended a minute after it began

        await using ServiceLevelHarness second = await StartAsync(uptime);
        await second.StopAsync();

        Assert.Equal(new ServiceLevelCount(2, 2), Events(second));
    }

    [Fact]
    public async Task GetReport_OfUptime_NamesRuleSlotAndTimeZone()
    {
        await using ServiceLevelHarness node = await StartAsync(new UptimeSlots(Probe()) { NoData = NoDataRule.Down });

        string page = node.Levels.GetReport("uptime", 2026, 6).ToMarkdown();

        Assert.Contains("| counted | up partner every 00:01:00, no data Down |", page, StringComparison.Ordinal);
        Assert.Contains("| times without data | down |", page, StringComparison.Ordinal);
        Assert.Contains("| slots | 00:01:00 |", page, StringComparison.Ordinal);
        Assert.Contains("\"noData\": \"down\"", node.Levels.GetReport("uptime", 2026, 6).ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(15)]
    [InlineData(3601)]
    public void UptimeOf_AnImpossibleLength_IsRefused(int seconds) =>
        Assert.Throws<ArgumentException>(() => ServiceLevelIndicator.UptimeOf(new UptimeSlots(Probe()) { Length = TimeSpan.FromSeconds(seconds) }));

    [Theory]
    [InlineData("200 OK", true)]
    [InlineData("302 Found", true)]
    [InlineData("404 Not Found", false)]
    [InlineData("503 Service Unavailable", false)]
    public async Task Http_AnAnswer_IsUpByItsStatus(string status, bool isUp)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        UptimeProbe probe = UptimeProbe.Http(new Uri($"http://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}/health?key=s3cr3t-canary"));
        Task<bool> asking = probe.CheckAsync(Token);
        using (TcpClient connection = await server.AcceptTcpClientAsync(Token))
        {
            NetworkStream stream = connection.GetStream();
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(Token) is { Length: > 0 })
            {
                // To the end of the head.
            }

            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), Token);
            Assert.Equal(isUp, await asking);
        }

        Assert.DoesNotContain("s3cr3t-canary", probe.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tcp_APort_IsUpWhenSomebodyAccepts()
    {
        // Bound, so that nobody else gets the port, and not listening yet.
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        UptimeProbe probe = UptimeProbe.Tcp("127.0.0.1", ((IPEndPoint)server.LocalEndPoint!).Port);
        await Assert.ThrowsAnyAsync<SocketException>(() => probe.CheckAsync(Token));

        server.Listen();

        Assert.True(await probe.CheckAsync(Token));
    }

    [Theory]
    [InlineData("ftp://a/")]
    [InlineData("http://user:password@a/")]
    [InlineData("/relative")]
    public void Http_AnAddressThatCanNotBe_IsRefused(string address)
    {
        var error = Assert.Throws<ArgumentException>(() => UptimeProbe.Http(new Uri(address, UriKind.RelativeOrAbsolute)));
        Assert.DoesNotContain("password", error.Message, StringComparison.Ordinal);
    }

    private static ServiceLevelCount Events(ServiceLevelHarness node) => node.Levels.GetStatus("uptime").Events;

    private UptimeProbe Probe() => UptimeProbe.Of("partner", token => _check(token));

    private Task<ServiceLevelHarness> StartAsync(UptimeSlots slots) =>
        ServiceLevelHarness.StartAsync(_time, _state, new ServiceLevelObjective("uptime", 0.99, ServiceLevelIndicator.UptimeOf(slots)));
}
