using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Varai.Configuration.Validation;

/// <summary>What <c>IConfiguration</c> would show if a candidate were in use: the host's sources with the candidate in the
/// place of the present document; values that can't be bound may be hidden.</summary>
internal static class CandidateConfiguration
{
    public static IConfigurationRoot Build(
        ConfigurationView view,
        IConfiguration host,
        IConfigurationProvider present,
        Func<string, ConfigurationNode, string> resolve,
        IReadOnlySet<string>? hidden = null)
    {
        IConfigurationProvider[] hosts = host is IConfigurationRoot root ? [.. root.Providers] : [];
        int place = Array.IndexOf(hosts, present);
        var candidate = new EnvironmentConfigurationProvider(() => view, resolve);
        IEnumerable<IConfigurationProvider> lower = place > 0 ? hosts[..place] : [];
        IEnumerable<IConfigurationProvider> upper = place >= 0 ? hosts[(place + 1)..] : [];
        return new ConfigurationRoot([.. lower.Append(candidate).Concat(upper).Select(p => new LoadedProvider(p, hidden))]);
    }

    /// <summary>A provider that another root owns: read here, not loaded again and not watched.</summary>
    private sealed class LoadedProvider(IConfigurationProvider inner, IReadOnlySet<string>? hidden) : IConfigurationProvider
    {
        private readonly ConfigurationReloadToken _never = new();

        public bool TryGet(string key, out string? value)
        {
            value = null;
            return hidden?.Contains(key) != true && inner.TryGet(key, out value);
        }

        public void Set(string key, string? value) => throw new NotSupportedException("A candidate configuration is read-only.");

        public IChangeToken GetReloadToken() => _never;

        public void Load()
        {
        }

        public IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) =>
            parentPath is not null && hidden?.Contains(parentPath) == true ? earlierKeys : inner.GetChildKeys(earlierKeys, parentPath);
    }
}
