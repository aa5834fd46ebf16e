using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Varai.AspNetCore.Tests.TestResources;

namespace Varai.AspNetCore.Tests.FeatureFlags;

public sealed class FlagEventStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_WhenAFlagChanges_TellsClientsToEvaluateAgain()
    {
        await using FlagServer server = await StartAsync();
        await using EventReader events = await EventReader.OpenAsync(server);
        IReadOnlyDictionary<string, string> first = await events.ReadAsync();

        server.Flags.Set("f", enabled: true);
        IReadOnlyDictionary<string, string> second = await events.ReadAsync();

        Assert.Equal("text/event-stream", events.Response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", events.Response.Headers.CacheControl!.ToString());
        Assert.Equal("no", events.Response.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.All([first, second], e =>
        {
            Assert.Empty(OfrepDescription.Errors("sseEvent", new JsonObject([.. e.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))]).ToJsonString()));
            Assert.Empty(OfrepDescription.Errors("sseEventData", e["data"]));
            Assert.Equal("refetchEvaluation", (string?)JsonNode.Parse(e["data"])!["type"]);
        });
        Assert.NotEqual(first["id"], second["id"]);
    }

    [Fact]
    public async Task Stream_OfAClientThatComesBack_TellsWhatItMissedOnly()
    {
        await using FlagServer server = await StartAsync();
        string known;
        await using (EventReader events = await EventReader.OpenAsync(server))
            known = (await events.ReadAsync())["id"];

        await using (EventReader events = await EventReader.OpenAsync(server, known))
            Assert.Equal(": still here", await events.ReadLineAsync());

        server.Flags.Reload();
        await using (EventReader events = await EventReader.OpenAsync(server, known))
            Assert.NotEqual(known, (await events.ReadAsync())["id"]);
    }

    [Fact]
    public async Task Stream_WithoutChanges_SendsACommentNowAndThen()
    {
        var time = new FakeTimeProvider();
        await using FlagServer server = await StartAsync(time);
        await using EventReader events = await EventReader.OpenAsync(server);
        await events.ReadAsync();

        for (int i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            Assert.Equal(": still here", await events.ReadLineAsync());
            Assert.Equal("", await events.ReadLineAsync());
        }
    }

    [Fact]
    public async Task Stream_WhenTheHostStops_Ends()
    {
        await using FlagServer server = await StartAsync();
        await using EventReader events = await EventReader.OpenAsync(server);
        await events.ReadAsync();

        await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(10), Token);

        Assert.Null(await events.ReadLineAsync());
        Assert.DoesNotContain(server.Logs.GetSnapshot(), l => l.Exception is not null);
    }

    [Fact]
    public async Task Stream_BeyondTheMostAllowed_IsTurnedAwayUntilOneEnds()
    {
        await using FlagServer server = await StartAsync(maximum: 2);
        await using EventReader first = await EventReader.OpenAsync(server);
        await first.ReadAsync();
        EventReader second = await EventReader.OpenAsync(server);
        await second.ReadAsync();

        using (HttpResponseMessage refused = await GetAsync(server))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal("30", refused.Headers.GetValues("Retry-After").Single());
        }

        await second.DisposeAsync();
        // The server learns a moment later that a client has gone.
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        HttpStatusCode status = HttpStatusCode.ServiceUnavailable;
        for (int i = 0; i < 600 && status == HttpStatusCode.ServiceUnavailable; i++)
        {
            await pause.WaitForNextTickAsync(Token);
            using HttpResponseMessage again = await GetAsync(server);
            status = again.StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task Stream_NotAskedFor_IsNeitherMappedNorAnnounced()
    {
        await using FlagServer server = await FlagServer.StartAsync();

        using HttpResponseMessage response = await GetAsync(server);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Null((await server.PostAsync(FlagServer.AllPath)).Json["eventStreams"]);
    }

    private static Task<FlagServer> StartAsync(TimeProvider? time = null, int maximum = 100) => FlagServer.StartAsync(
        o => (o.EventStream, o.MaximumEventStreams) = (true, maximum), register: services => services.AddSingleton(time ?? new FakeTimeProvider()));

    private static Task<HttpResponseMessage> GetAsync(FlagServer server) =>
        server.Client.GetAsync(new Uri(FlagServer.EventsPath, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);

    private sealed class EventReader : IAsyncDisposable
    {
        private readonly StreamReader _reader;

        private EventReader(HttpResponseMessage response, Stream stream)
        {
            Response = response;
            _reader = new StreamReader(stream);
        }

        public HttpResponseMessage Response { get; }

        public static async Task<EventReader> OpenAsync(FlagServer server, string? lastEventId = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, FlagServer.EventsPath);
            if (lastEventId is not null)
                request.Headers.Add("Last-Event-ID", lastEventId);
            HttpResponseMessage response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return new EventReader(response, await response.Content.ReadAsStreamAsync(Token));
        }

        public async Task<string?> ReadLineAsync() => await _reader.ReadLineAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);

        public async Task<IReadOnlyDictionary<string, string>> ReadAsync()
        {
            var fields = new Dictionary<string, string>(StringComparer.Ordinal);
            while (await ReadLineAsync() is { Length: > 0 } line)
            {
                Assert.False(line.StartsWith(':'), string.Create(CultureInfo.InvariantCulture, $"A comment came instead of an event: {line}"));
                string[] parts = line.Split(": ", 2);
                fields.Add(parts[0], parts[1]);
            }

            return fields;
        }

        public ValueTask DisposeAsync()
        {
            _reader.Dispose();
            Response.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
