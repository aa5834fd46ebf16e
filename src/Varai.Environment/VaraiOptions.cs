using Varai.Configuration;

namespace Varai;

/// <summary>What <c>AddVarai</c> needs to know before anything else; section <c>Varai</c>.</summary>
public sealed class VaraiOptions
{
    /// <summary>The section these options are bound from.</summary>
    public const string SectionName = "Varai";

    /// <summary>The environment the service runs in. The variable <c>VARAI_ENVIRONMENT</c> goes before it.</summary>
    /// <value>Default: <see langword="null"/>, the host's environment in lower case.</value>
    public string? Environment { get; set; }

    /// <summary>How configuration files are found, read and watched.</summary>
    public EnvironmentConfigurationOptions Configuration { get; } = new();

    /// <summary>Keeps the environments in the state store instead of in files: every node that shares the store reads and changes
    /// the same documents.</summary>
    /// <param name="seedDirectory">The folder whose files are imported when the store has none yet; <see langword="null"/> leaves the
    /// option <see cref="EnvironmentConfigurationOptions.SeedDirectory"/> as it is.</param>
    public void UseStateEnvironments(string? seedDirectory = null)
    {
        Configuration.InStateStore = true;
        Configuration.SeedDirectory = seedDirectory ?? Configuration.SeedDirectory;
    }
}
