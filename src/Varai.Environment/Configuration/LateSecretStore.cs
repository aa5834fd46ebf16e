using Microsoft.Extensions.DependencyInjection;
using Varai.Secrets;

namespace Varai.Configuration;

/// <summary>The secret store, made when a value first needs it.</summary>
internal sealed class LateSecretStore(IServiceProvider services)
{
    // Making the store reads the options of its providers; an option that refers to a secret comes back here.
    [ThreadStatic]
    private static bool t_isMaking;

    private volatile ISecretStore? _store;

    /// <summary>The store, or <see langword="null"/> while this thread is making it.</summary>
    public ISecretStore? Get()
    {
        if (_store is { } store)
            return store;
        if (t_isMaking)
            return null;
        t_isMaking = true;
        try
        {
            return _store = services.GetRequiredService<ISecretStore>();
        }
        finally
        {
            t_isMaking = false;
        }
    }
}
