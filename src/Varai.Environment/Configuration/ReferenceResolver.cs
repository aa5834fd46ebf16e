using Varai.Secrets;

namespace Varai.Configuration;

/// <summary>Turns <c>${secret:name}</c> in a value into the secret, when the value is read.</summary>
internal static class ReferenceResolver
{
    /// <exception cref="ConfigurationException">The reference can't be resolved; the message names key, file and line.</exception>
    public static string Resolve(ISecretStore? secrets, string key, ConfigurationNode node)
    {
        if (!SecretReferences.TryParse(node.Text!, out SecretReferences? references, out SecretReferenceError? malformed))
            throw Failure(key, node, malformed.Message, inner: null);
        if (references.Names.Count > 0 && secrets is null)
        {
            throw Failure(
                key,
                node,
                "The value refers to a secret, and secrets can be read only once the host is started or a service of Varai is used, "
                + "and not by what the secret providers are made of. Read it from a service.",
                inner: null);
        }

        try
        {
            return references.Resolve(secrets!);
        }
        catch (SecretException e)
        {
            throw Failure(key, node, e.Message, e);
        }
    }

    private static ConfigurationException Failure(string key, ConfigurationNode node, string message, Exception? inner) => new(
        $"The value of '{key}' can't be read:",
        [new ConfigurationError(message, node.Origin, key) { Check = "secrets" }],
        inner);
}
