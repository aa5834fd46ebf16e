using Microsoft.Extensions.DependencyInjection;
using Varai.Secrets;

namespace Varai.Configuration;

/// <summary>The secret store, made when a value first needs it.</summary>
internal sealed class LateSecretStore(IServiceProvider services)
{
    // Making the store reads the options of its providers; an option that refers to a secret comes back here.
    [ThreadStatic]
    private static bool _isMaking;

    private volatile ISecretStore? _store;

    /// <summary>The store, or <see langword="null"/> while this thread is making it.</summary>
    public ISecretStore? Get()
    {
        if (_store is { } store)
            return store;
        if (_isMaking)
            return null;
        _isMaking = true;
        try
        {
            return _store = services.GetRequiredService<ISecretStore>();
        }
        finally
        {
            _isMaking = false;
        }
    }
}
