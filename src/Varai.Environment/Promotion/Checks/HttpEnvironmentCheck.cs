using System.Globalization;

namespace Varai.Promotion.Checks;

/// <summary>Asks an address of the environment; an answer of the kind 2xx is healthy.</summary>
internal sealed class HttpEnvironmentCheck(string name, string stage, Uri address) : IEnvironmentCheck, IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) }, disposeHandler: true)
    {
        // The engine ends what takes too long.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public string Name => name;

    public bool AppliesTo(string environment) => stage.Equals(environment, StringComparison.OrdinalIgnoreCase);

    public async ValueTask<EnvironmentCheckResult> CheckAsync(EnvironmentCheckContext context, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        try
        {
            using HttpResponseMessage response = await _client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            string text = string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode} {response.StatusCode}");
            return response.IsSuccessStatusCode ? EnvironmentCheckResult.Healthy(text) : EnvironmentCheckResult.Unhealthy(text);
        }
        catch (HttpRequestException e)
        {
            return EnvironmentCheckResult.Unhealthy($"no answer: {e.HttpRequestError}");
        }
    }

    public void Dispose() => _client.Dispose();
}
