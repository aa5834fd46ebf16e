using Varai.Configuration;
using Varai.Secrets;

namespace Varai.Promotion;

/// <summary>Asks this process' providers, which know the environment that it runs in.</summary>
internal sealed class OwnEnvironmentSecrets(IEnvironmentConfiguration configuration, ISecretStore secrets) : IPromotionSecrets
{
    public async ValueTask<bool?> ExistsAsync(string environment, string secretName, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (environment != configuration.EnvironmentName)
            return null;
        return await secrets.FindSecretAsync(secretName, cancellationToken).ConfigureAwait(false) is not null;
    }
}
