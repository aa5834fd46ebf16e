using Google.Apis.Http;

namespace Varai.GoogleCloud.Secrets;

/// <summary>Sends the requests for tokens as those for secrets are sent.</summary>
internal sealed class GoogleTokenHttp(GoogleSecretManagerOptions options) : HttpClientFactory
{
    protected override HttpMessageHandler CreateHandler(CreateHttpClientArgs args) => GoogleHttp.CreateHandler(options);
}
