namespace Varai.GoogleCloud.Secrets;

/// <summary>Makes the handler that connects.</summary>
internal static class GoogleHttp
{
    // So that a changed address is noticed.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    public static HttpMessageHandler CreateHandler(GoogleSecretManagerOptions options)
    {
        var sockets = new SocketsHttpHandler { UseCookies = false, PooledConnectionLifetime = ConnectionLifetime };
        HttpMessageHandler handler = options.CreateHandler?.Invoke(sockets) ?? sockets;
        // A token goes to Google only.
        sockets.AllowAutoRedirect = false;
        // Without it there are no activities of the handler: they repeat the bytes of an answer that is no HTTP.
        sockets.ActivityHeadersPropagator = null;
        return handler;
    }
}
