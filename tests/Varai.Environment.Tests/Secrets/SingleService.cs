using Varai.Secrets;

namespace Varai.Tests.Secrets;

/// <summary>A container that holds a secret store and nothing else.</summary>
internal sealed class SingleService(ISecretStore store) : IServiceProvider
{
    public object? GetService(Type serviceType) => serviceType == typeof(ISecretStore) ? store : null;
}
