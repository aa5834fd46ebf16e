using Azure.Core;
using Azure.Identity;

namespace Varai.AzureCloud.Secrets;

/// <summary>Logs in with a client secret that lies in a file, and with the new one when the file has changed.</summary>
/// <remarks>Called by the SDK from any thread when it has no token or one that is about to expire.</remarks>
internal sealed class ClientSecretFileCredential(
    string tenantId, string clientId, string path, ClientSecretCredentialOptions options) : TokenCredential
{
    /// <summary>How the messages begin that say what is wrong with the file.</summary>
    public const string FileProblem = "The file of the client secret, ";

    private volatile Login? _login;

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Only asynchronous calls are made.");

    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        string secret = await ReadAsync(cancellationToken).ConfigureAwait(false);
        Login? login = _login;
        if (login is null || !login.Secret.Equals(secret, StringComparison.Ordinal))
            _login = login = new Login(secret, new ClientSecretCredential(tenantId, clientId, secret, options));
        return await login.Credential.GetTokenAsync(requestContext, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<string> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            string secret = (await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false)).Trim();
            return secret.Length > 0 ? secret : throw Unusable("is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable($"can't be read ({e.GetType().Name})");
        }
    }

    private CredentialUnavailableException Unusable(string problem) => new($"{FileProblem}{path}, {problem}.");

    private sealed class Login(string secret, ClientSecretCredential credential)
    {
        public string Secret => secret;

        public ClientSecretCredential Credential => credential;
    }
}
