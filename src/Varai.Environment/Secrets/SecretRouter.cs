using Microsoft.Extensions.Options;

namespace Varai.Secrets;

/// <summary>Which providers are asked for which name.</summary>
internal sealed class SecretRouter
{
    private readonly (string Pattern, SecretPath Path)[] _routes;

    /// <param name="providers">Every provider, in the order they were registered.</param>
    /// <param name="options">Settings that name only these; see <see cref="Check"/>.</param>
    public SecretRouter(IReadOnlyList<SecretProviderCalls> providers, SecretOptions options)
    {
        Dictionary<string, SecretProviderCalls> byName = providers.ToDictionary(provider => provider.Name, StringComparer.OrdinalIgnoreCase);
        Chain = new SecretPath(options.Providers.Count == 0 ? providers : [.. options.Providers.Select(name => byName[name])]);
        _routes = [.. options.Routes.Select(route => (
            route.Pattern, new SecretPath([.. route.Providers.Select(name => byName[name])], route.Pattern, route.StripPrefix ?? "")))];
        Writer = options.Writer is { } writer ? byName[writer] : null;
    }

    /// <summary>The path of every name that no route matches.</summary>
    public SecretPath Chain { get; }

    /// <summary>The provider that writes the names that no route matches; null when that is decided for each.</summary>
    public SecretProviderCalls? Writer { get; }

    /// <summary>Every path there is, each once: the routes' in their order, then the chain.</summary>
    public IEnumerable<SecretPath> Paths => [.. _routes.Select(route => route.Path), Chain];

    public SecretPath For(string name)
    {
        foreach ((string pattern, SecretPath path) in _routes)
        {
            if (SecretPattern.Matches(pattern, name))
                return path;
        }

        return Chain;
    }

    /// <summary>Refuses settings that name a provider that is not there, or one that can't do what it is named for.</summary>
    /// <exception cref="InvalidOperationException">Two providers have one name.</exception>
    /// <exception cref="OptionsValidationException">A setting names a provider wrongly; all of them are listed.</exception>
    public static void Check(IReadOnlyList<ISecretProvider> providers, SecretOptions options)
    {
        string[] names = [.. providers.Select(provider => provider.Name)];
        string chain = string.Join(", ", names);
        if (names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidOperationException($"Two secret providers are named '{twice.Key}'. The chain is: {chain}. Each needs a name of its own.");

        var failures = new List<string>();
        CheckAll(nameof(SecretOptions.OptionalProviders), options.OptionalProviders);
        CheckAll(nameof(SecretOptions.Providers), options.Providers);
        for (int i = 0; i < options.Routes.Count; i++)
            CheckAll($"{nameof(SecretOptions.Routes)}:{i}:{nameof(SecretRoute.Providers)}", options.Routes[i].Providers);
        foreach (string name in options.ProviderResilience.Keys)
            CheckName(nameof(SecretOptions.ProviderResilience), name);
        CheckWriter();
        if (failures.Count > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(SecretOptions), failures);

        void CheckAll(string key, IEnumerable<string> named)
        {
            foreach (string name in named)
                CheckName(key, name);
        }

        bool CheckName(string key, string name)
        {
            if (names.Contains(name, StringComparer.OrdinalIgnoreCase))
                return true;
            string hint = Spelling.Nearest(name, names) is { } nearest ? $" Did you mean '{nearest}'?" : "";
            failures.Add($"{SecretOptions.SectionName}:{key} names '{name}', but the secret providers are: {chain}.{hint}");
            return false;
        }

        void CheckWriter()
        {
            const string Key = nameof(SecretOptions.Writer);
            if (options.Writer is not { } writer || !CheckName(Key, writer))
                return;
            if (SecretProviderCalls.WriterOf(providers.First(p => p.Name.Equals(writer, StringComparison.OrdinalIgnoreCase))) is null)
            {
                string[] writers = [.. providers.Where(p => SecretProviderCalls.WriterOf(p) is not null).Select(p => p.Name)];
                failures.Add($"{SecretOptions.SectionName}:{Key} names '{writer}', which can't write. These can: {string.Join(", ", writers)}.");
            }
            else if (options.Providers.Count > 0 && !options.Providers.Contains(writer, StringComparer.OrdinalIgnoreCase))
            {
                failures.Add(
                    $"{SecretOptions.SectionName}:{Key} names '{writer}', which is not listed under {SecretOptions.SectionName}:{nameof(SecretOptions.Providers)}, "
                    + "so what it writes would never be read.");
            }
        }
    }
}
