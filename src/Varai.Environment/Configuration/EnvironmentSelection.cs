using Varai.Configuration.Layers;

namespace Varai.Configuration;

/// <summary>Decides which environment the service runs in: <c>VARAI_ENVIRONMENT</c>, then the options, then the host's.</summary>
internal static class EnvironmentSelection
{
    public const string Variable = "VARAI_ENVIRONMENT";

    /// <exception cref="ConfigurationException">The name can't be an environment's.</exception>
    public static string Decide(string? variable, string? option, string host)
    {
        (string name, string source) = (variable, option) switch
        {
            ({ Length: > 0 } v, _) => (v, $"the variable {Variable}"),
            (_, { Length: > 0 } o) => (o, $"the option {VaraiOptions.SectionName}:{nameof(VaraiOptions.Environment)}"),
            _ => (host, "the host's environment"),
        };
        string lower = name.ToLowerInvariant();
        return EnvironmentFolder.IsValidName(lower)
            ? lower
            : throw new ConfigurationException(
                $"'{name}' ({source}) can't be an environment's name: it is the name of a file, so it has 1 to 64 letters, digits, "
                + "'-' or '_', and is not 'base', 'schema' or 'schemas'.",
                []);
    }
}
