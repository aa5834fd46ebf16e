using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai.Monitoring;
using Varai.Tests.Hosting;

namespace Varai.Tests.Monitoring.Listening;

public sealed class HttpMetricsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddHttpMetrics_ARequestThatGoesOut_IsInTheWindows()
    {
        await using var host = new VaraiHost();
        host.Builder.AddVarai().AddHttpMetrics().AddHttpMetrics();
        await host.App.StartAsync(Token);
        Assert.Equal(["Microsoft.AspNetCore.Hosting", "System.Net.Http"], host.App.Services.GetRequiredService<IOptions<MonitoringOptions>>().Value.Meters);
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        int port = ((IPEndPoint)server.LocalEndpoint).Port;
        using var client = new HttpClient();

        Task<HttpResponseMessage> asking = client.GetAsync(new Uri($"http://127.0.0.1:{port}/"), Token);
        await AnswerAsync(server);
        using HttpResponseMessage answer = await asking;

        // The client ends its measurement when it has the head of the answer.
        Assert.Equal(1, host.App.Services.GetRequiredService<IMetricWindows>().GetValue(MetricQuery.Of("http.client.request.duration")
            .Where("server.port", port.ToString(CultureInfo.InvariantCulture)).Where("http.response.status_code", "204").Count()));
        await host.App.StopAsync(Token);
    }

    private static async Task AnswerAsync(TcpListener server)
    {
        using TcpClient connection = await server.AcceptTcpClientAsync(Token);
        NetworkStream stream = connection.GetStream();
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(Token) is { Length: > 0 })
        {
            // To the end of the head.
        }

        await stream.WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray(), Token);
    }
}
