using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Varai.Monitoring;
using Varai.Monitoring.Channels;
using Varai.Testing.Monitoring;
using Varai.Tests.Monitoring.Delivery;
using Varai.Tests.TestResources;

namespace Varai.Tests.Monitoring.Channels;

public sealed class AlertmanagerChannelTests : IAsyncDisposable
{
    private readonly HttpService _service = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Send_FiringAndResolved_IsThatByteForByte()
    {
        await using ChannelHost host = Host(_service.Url + "/");
        await host.SendAsync(Some.Notification("n") with { Alerts = [Some.Alert(), Some.Alert(Some.Now.AddSeconds(-30)) with { GeneratorUrl = null }] });

        Assert.Equal(("POST", "/api/v2/alerts", "application/json"), (_service.Last.Method, _service.Last.Path, _service.Last.Header("Content-Type")));
        Assert.Equal(
            """[{"labels":{"alertname":"slow","region":"eu","severity":"critical"},"annotations":{"runbook_url":"https://runbooks.example/slow","summary":"Orders are slow"},"startsAt":"2026-12-01T09:40:00Z","endsAt":"2026-12-01T21:45:00Z","generatorURL":"https://varai.example/rules/slow?x=1&y=2"},""" +
            """{"labels":{"alertname":"slow","region":"eu","severity":"critical"},"annotations":{"runbook_url":"https://runbooks.example/slow","summary":"Orders are slow"},"startsAt":"2026-12-01T09:40:00Z","endsAt":"2026-12-01T09:44:30Z"}]""",
            _service.Last.Text);
    }

    [Fact]
    public async Task Send_SeveralNodes_OneThatAcceptsIsEnough()
    {
        await using var other = new HttpService { IsBroken = true };
        await using ChannelHost host = Host("http://127.0.0.1:1", other.Url, _service.Url);
        await host.SendAsync(Some.Notification("n"));
        Assert.True(host.Channel.ForwardsAlerts);
        Assert.Single(_service.Accepted);
        Assert.Single(other.Calls);

        _service.Answer = static _ => new HttpAnswer(400);
        Assert.True((await host.FailAsync(Some.Notification("n"))).IsTransient);
        await using ChannelHost one = Host(_service.Url);
        Assert.False((await one.FailAsync(Some.Notification("n"))).IsTransient);
    }

    [Fact]
    public async Task Send_NamesThatArePrometheusNames_AreKeptAndOthersMadeSo()
    {
        await using ChannelHost host = Host(_service.Url);
        await host.SendAsync(Some.Notification("n") with
        {
            Alerts = [new Alert { Labels = new Dictionary<string, string> { ["http.route"] = "/a", ["2x"] = "b", ["empty"] = "" }, StartsAt = Some.Now }],
        });

        Assert.Equal("""{"_2x":"b","http_route":"/a"}""", JsonNode.Parse(_service.Last.Body)![0]!["labels"]!.ToJsonString());
    }

    [Fact]
    public async Task Contract_OfARealAlertmanager_IsKept()
    {
        await using ServerProcess server = await StartAsync();
        await using ChannelHost host = Host($"http://127.0.0.1:{server.Port}");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}") };
        int received = 0;
        int Count()
        {
            // Alerts that are the same are one there: it is asked how many it has taken.
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/metrics", UriKind.Relative));
            using HttpResponseMessage response = http.Send(request, Token);
            using var reader = new StreamReader(response.Content.ReadAsStream(Token));
            string metrics = reader.ReadToEnd();
            received = metrics.Split('\n').Where(l => l.StartsWith("alertmanager_alerts_received_total{", StringComparison.Ordinal)).Sum(l => (int)double.Parse(l.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture));
            return received;
        }

        await new AlertChannelContract(host.Channel, Count).RunAsync(Token);
        Assert.True(received > 500);
    }

    [Fact]
    public async Task Send_ToARealAlertmanager_FiresAndEndsThereAsTheSameAlert()
    {
        await using ServerProcess server = await StartAsync();
        await using ChannelHost host = Host($"http://127.0.0.1:{server.Port}");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}") };
        // Its clock is the machine's: what ends in its past is over.
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Alert alert = Some.Alert() with { StartsAt = now.AddMinutes(-5) };
        AlertNotification firing = Some.Notification("a") with { At = now, Alerts = [alert] };
        await host.SendAsync(firing);
        JsonArray there = (await http.GetFromJsonAsync<JsonArray>("/api/v2/alerts", Token))!;
        JsonNode one = Assert.Single(there)!;
        Assert.Equal((alert.Fingerprint, "Orders are slow", "active"), ((string?)one["fingerprint"], (string?)one["annotations"]!["summary"], (string?)one["status"]!["state"]));
        Assert.Equal(now.AddHours(12), DateTimeOffset.Parse((string)one["endsAt"]!, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromSeconds(1));

        await host.SendAsync(firing with { Id = "b", Alerts = [alert with { EndsAt = now.AddSeconds(-1) }], At = now });
        Assert.Empty((await http.GetFromJsonAsync<JsonArray>("/api/v2/alerts", Token))!);
    }

    [Fact]
    public async Task Webhook_OfARealAlertmanager_IsSentWhatWeSend()
    {
        var arrived = new TaskCompletionSource<HttpCall>(TaskCreationOptions.RunContinuationsAsynchronously);
        _service.Answer = call =>
        {
            arrived.TrySetResult(call);
            return new HttpAnswer(200);
        };
        await using ServerProcess server = await StartAsync(
            $"route: {{ receiver: hook, group_by: [alertname], group_wait: 0s }}\nreceivers: [{{ name: hook, webhook_configs: [{{ url: '{_service.Url}/' }}] }}]\n");
        await using ChannelHost host = Host($"http://127.0.0.1:{server.Port}");
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        AlertNotification sent = Some.Notification("n") with { Receiver = "hook", At = now, Alerts = [Some.Alert() with { StartsAt = now.AddMinutes(-5) }] };
        await host.SendAsync(sent);
        HttpCall theirs = await arrived.Task.WaitAsync(Token);

        JsonNode real = JsonNode.Parse(theirs.Body)!;
        sent = sent with { GroupKey = (string)real["groupKey"]!, ExternalUrl = new Uri((string)real["externalURL"]!) };
        JsonNode ours = JsonNode.Parse(ChannelJson.Write(json => AlertmanagerPayload.Write(json, sent, maxAlerts: 0)).Span)!;
        ours["externalURL"] = (string)real["externalURL"]!; // without the slash that a Uri has
        Assert.Equal(real.ToJsonString(), ours.ToJsonString());
        Assert.Equal(("POST", "application/json"), (theirs.Method, theirs.Header("Content-Type")));
    }

    [Fact]
    public void Validate_Mistakes_AreRefused()
    {
        Assert.Equal(["Varai:AlertChannels:am:Urls must name at least one address."], new AlertmanagerOptionsValidator().Validate("am", new AlertmanagerOptions()).Failures);
        var options = new AlertmanagerOptions { KeepFiringFor = TimeSpan.Zero };
        options.Urls.Add("alertmanager:9093");
        Assert.Equal(
            ["Varai:AlertChannels:am:Urls:0 must be an absolute address of http or https.", "Varai:AlertChannels:am:KeepFiringFor is '00:00:00', but must be from 00:01:00 to 30.00:00:00."],
            new AlertmanagerOptionsValidator().Validate("am", options).Failures);
    }

    private static ChannelHost Host(params string[] urls) => new(varai => varai.AddAlertmanager(o =>
    {
        foreach (string url in urls)
            o.Urls.Add(url);
    }));

    private static Task<ServerProcess> StartAsync(string configuration = "route: { receiver: none }\nreceivers: [{ name: none }]\n")
    {
        string program = Require.Program("Alertmanager", "sudo apt-get install --no-install-recommends prometheus-alertmanager", "prometheus-alertmanager", "alertmanager");
        string folder = Path.Combine(Path.GetTempPath(), $"varai-alertmanager-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        string config = Path.Combine(folder, "alertmanager.yml");
        File.WriteAllText(config, configuration);
        return ServerProcess.StartAsync(
            program, port => [$"--config.file={config}", $"--storage.path={folder}", $"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="],
            new Dictionary<string, string>(), Token);
    }
}
