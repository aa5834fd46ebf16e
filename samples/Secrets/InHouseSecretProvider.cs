using System.Net;
using Varai.Secrets;

namespace SecretsSample;

// snippet: secrets-provider
/// <summary>Reads secrets from a service of our own: <c>GET secrets/{name}</c> answers with the value, or with 404.</summary>
internal sealed class InHouseSecretProvider(HttpClient http) : ISecretProvider
{
    private const int MaximumBytes = 64 * 1024;

    public string Name => "in-house";

    public async ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
    {
        if (request.Version is not null)
            return null; // the service keeps the current version only
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(
                new Uri($"secrets/{Uri.EscapeDataString(request.Name)}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                return null;
            if (!answer.IsSuccessStatusCode)
                throw Failure(request, $"the service answered {(int)answer.StatusCode}.", answer.StatusCode >= HttpStatusCode.InternalServerError);

            using Stream body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            using SecretBuffer bytes = await SecretBuffer.ReadAsync(body, MaximumBytes, cancellationToken);
            return new Secret(request.Name, new SecretValue(bytes.WrittenSpan), Name);
        }
        catch (HttpRequestException e)
        {
            throw Failure(request, $"the service can't be reached ({e.HttpRequestError}).", isTransient: true);
        }
    }

    private SecretProviderException Failure(SecretRequest request, string reason, bool isTransient) =>
        new(Name, "read", request.Name, reason) { IsTransient = isTransient };
}
// end-snippet
