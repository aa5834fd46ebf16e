using Microsoft.Extensions.Logging;

namespace Varai.GoogleCloud.Secrets;

/// <summary>Finds out once which project holds the secrets. Safe from any thread.</summary>
internal sealed class GoogleProject(
    string provider, GoogleSecretManagerOptions options, GoogleTokenSource tokens, HttpClient http, TimeProvider time, ILogger logger, string? fromEnvironment)
{
    private static readonly TimeSpan MetadataTimeout = TimeSpan.FromSeconds(5);

    private string? _project = options.ProjectId;

    public async ValueTask<string> GetAsync(GoogleOperation operation, CancellationToken cancellationToken)
    {
        if (_project is { } known)
            return known;

        (string? project, string source) = await FindAsync(operation, cancellationToken).ConfigureAwait(false);
        if (project is null)
            throw operation.Fail("it is not known which project holds the secrets. Set ProjectId or the environment variable GOOGLE_CLOUD_PROJECT.");
        logger.GoogleProjectFound(provider, project, source);
        return _project = project;
    }

    private async ValueTask<(string? Project, string Source)> FindAsync(GoogleOperation operation, CancellationToken cancellationToken)
    {
        if (fromEnvironment is not null)
            return (fromEnvironment, "GOOGLE_CLOUD_PROJECT");
        (string? project, bool isMachine) = await tokens.FindProjectAsync(operation, cancellationToken).ConfigureAwait(false);
        if (project is not null)
            return (project, "the credentials");
        return (isMachine ? await AskMetadataAsync(operation, cancellationToken).ConfigureAwait(false) : null, "the metadata server");
    }

    private async ValueTask<string> AskMetadataAsync(GoogleOperation operation, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(MetadataTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"http://{GoogleEnvironment.MetadataHost}/computeMetadata/v1/project/project-id");
        request.Headers.Add("Metadata-Flavor", "Google");
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, linked.Token).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            return (await response.Content.ReadAsStringAsync(linked.Token).ConfigureAwait(false)).Trim();
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw operation.Fail($"the metadata server does not say which project this is ({e.GetType().Name}). Set ProjectId.", isTransient: true);
        }
    }
}
