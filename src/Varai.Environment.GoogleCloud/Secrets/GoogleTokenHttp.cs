using Google.Apis.Http;

namespace Varai.GoogleCloud.Secrets;

/// <summary>Lets the requests for tokens go through the user's own handler.</summary>
internal sealed class GoogleTokenHttp(Func<HttpMessageHandler> create) : HttpClientFactory
{
    protected override HttpMessageHandler CreateHandler(CreateHttpClientArgs args) => create();
}
