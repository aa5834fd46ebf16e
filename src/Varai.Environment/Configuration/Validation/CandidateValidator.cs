using Microsoft.Extensions.Configuration;
using Varai.Configuration.Layers;
using Varai.Secrets;

namespace Varai.Configuration.Validation;

/// <summary>The checks of a candidate document that need the container: secret references, bound types, rules in code.</summary>
internal sealed class CandidateValidator(
    ConfigurationEngine engine,
    IConfiguration host,
    ISecretStore secrets,
    IEnumerable<ComponentBinding> bindings,
    IEnumerable<IConfigurationRule> rules,
    IServiceProvider services)
{
    private readonly ComponentBinding[] _bindings = [.. bindings];
    private readonly IConfigurationRule[] _rules = [.. rules];

    /// <summary>Adds what is wrong to the candidate's errors. A candidate that is already wrong is left as it is: its values
    /// mean nothing to the later checks.</summary>
    public async Task ValidateAsync(LoadedConfiguration candidate, bool checkSecrets, CancellationToken cancellationToken)
    {
        if (candidate.Errors.Count > 0)
            return;
        ConfigurationView view = engine.Prepare(candidate);
        var unresolved = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        await CheckReferencesAsync(view, checkSecrets, unresolved, candidate.Errors, cancellationToken).ConfigureAwait(false);
        CheckBindings(view, unresolved, candidate.Errors);
        CheckRules(candidate);
    }

    private async Task CheckReferencesAsync(
        ConfigurationView view,
        bool checkSecrets,
        HashSet<string> unresolved,
        List<ConfigurationError> errors,
        CancellationToken cancellationToken)
    {
        var uses = new List<(string Key, ConfigurationNode Node, SecretReferences References)>();
        foreach ((string key, ConfigurationNode node) in view.References)
        {
            if (SecretReferences.TryParse(node.Text!, out SecretReferences? references, out SecretReferenceError? malformed))
            {
                uses.Add((key, node, references));
                continue;
            }

            unresolved.Add(key);
            errors.Add(new ConfigurationError(malformed.Message, node.Origin, key) { Check = "secrets" });
        }

        if (!checkSecrets)
        {
            unresolved.UnionWith(uses.Where(u => u.References.Names.Count > 0).Select(u => u.Key));
            return;
        }

        string[] names = [.. uses.SelectMany(u => u.References.Names).Distinct(StringComparer.Ordinal)];
        string?[] failures = await Task.WhenAll(names.Select(n => TryReadAsync(n, cancellationToken))).ConfigureAwait(false);
        Dictionary<string, string?> failureOf = names.Zip(failures).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
        foreach ((string key, ConfigurationNode node, SecretReferences references) in uses)
        {
            foreach (string name in references.Names)
            {
                if (failureOf[name] is not { } failure)
                    continue;
                unresolved.Add(key);
                errors.Add(new ConfigurationError(failure, node.Origin, key) { Check = "secrets" });
            }
        }
    }

    private async Task<string?> TryReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await secrets.GetSecretAsync(name, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (SecretException e)
        {
            return e.Message;
        }
    }

    private void CheckBindings(ConfigurationView view, HashSet<string> unresolved, List<ConfigurationError> errors)
    {
        if (_bindings.Length == 0)
            return;
        foreach (ComponentBinding binding in _bindings)
        {
            var refused = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            IConfigurationRoot configuration = CandidateConfiguration.Build(
                view,
                host,
                engine.Provider,
                (key, node) => unresolved.Contains(key) ? node.Text! : ReferenceResolver.Resolve(() => secrets, key, node),
                refused);
            binding.Validate(configuration.GetSection(binding.Component), view.Snapshot.Root, refused, services, error =>
            {
                // A value that is not known yet can't be held against its type.
                if (!unresolved.Contains(error.Key))
                    errors.Add(error);
            });
        }
    }

    private void CheckRules(LoadedConfiguration candidate)
    {
        if (_rules.Length == 0)
            return;
        IReadOnlyList<string> environments = engine.Loader.Folder.ListEnvironments();
        var others = new Dictionary<string, ConfigurationNode?>(StringComparer.Ordinal) { [candidate.EnvironmentName] = candidate.Root };
        foreach (IConfigurationRule rule in _rules)
        {
            var context = new ConfigurationRuleContext(
                rule.Name, candidate.EnvironmentName, candidate.Root, environments, Load, candidate.Errors.Add);
            try
            {
                rule.Validate(context);
            }
            catch (Exception e)
            {
                // The type only: the message of somebody else's exception may quote a value.
                context.Error(key: "", $"The rule itself failed with {e.GetType().Name}.");
            }
        }

        ConfigurationNode? Load(string environmentName)
        {
            if (others.TryGetValue(environmentName, out ConfigurationNode? known))
                return known;
            LoadedConfiguration? loaded = environments.Contains(environmentName, StringComparer.Ordinal)
                ? engine.LoadCandidate(environmentName, candidate.Replacements)
                : null;
            return others[environmentName] = loaded is { Errors.Count: 0 } ? loaded.Root : null;
        }
    }
}
