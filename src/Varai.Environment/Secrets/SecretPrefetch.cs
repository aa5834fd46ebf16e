using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Varai.Secrets;

/// <summary>Reads the secrets listed under <c>Varai:Secrets:Prefetch</c> before the host's services start.</summary>
/// <remarks>The store is resolved only when there is something to read: a host without the list makes no provider.</remarks>
internal sealed class SecretPrefetch(IOptions<SecretOptions> options, IServiceProvider services)
{
    /// <exception cref="VaraiException">Some can't be read; the message names all of them.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        string[] names = [.. options.Value.Prefetch.Distinct(StringComparer.Ordinal)];
        if (names.Length == 0)
            return;

        var store = services.GetRequiredService<ISecretStore>();
        if (store is SecretStore ours)
            await ours.PrefetchAsync(names, cancellationToken).ConfigureAwait(false);
        string?[] problems = await Task.WhenAll(names.Select(name => FindProblemAsync(store, name, cancellationToken))).ConfigureAwait(false);
        string[] found = [.. problems.OfType<string>()];
        if (found.Length > 0)
        {
            throw new VaraiException(
                $"{found.Length} of the {names.Length} secrets under {SecretOptions.SectionName}:{nameof(SecretOptions.Prefetch)} can't be read:\n  "
                + string.Join("\n  ", found));
        }
    }

    private static async Task<string?> FindProblemAsync(ISecretStore store, string name, CancellationToken cancellationToken)
    {
        try
        {
            // Asking for the text raises the error that names the providers; a binary secret is not asked for its text.
            if (await store.FindSecretAsync(name, cancellationToken).ConfigureAwait(false) is null)
                await store.GetSecretAsync(name, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (SecretException e)
        {
            return e.Message;
        }
    }
}
