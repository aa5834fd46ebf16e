namespace Varai.Configuration;

/// <summary>How the environment's configuration files are found, read and watched; section <c>Varai:Configuration</c>.</summary>
public sealed class EnvironmentConfigurationOptions
{
    /// <summary>The section these options are bound from.</summary>
    public const string SectionName = "Varai:Configuration";

    /// <summary>The folder that holds <c>base.json</c> and the environments' files, absolute or relative to the content root.</summary>
    /// <value>Default: <c>config/environments</c>.</value>
    public string Directory { get; set; } = "config/environments";

    /// <summary>Whether the environments live in the state store instead of in files; <see cref="VaraiOptions.UseStateEnvironments"/>
    /// sets it.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool InStateStore { get; set; }

    /// <summary>The folder whose files are imported when the state store has no environments at all, absolute or relative to the
    /// content root. Where several nodes start at once, one of them imports.</summary>
    /// <value>Default: <see langword="null"/>, none; a folder that is not there is none, too.</value>
    public string? SeedDirectory { get; set; }

    /// <summary>How long a start waits for the state store that holds the environments or the feature flags, before it goes on with
    /// the last known good ones, or fails where this node has none.</summary>
    /// <value>Default: 15 s. From 100 ms to 10 min.</value>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether saved files, or changes in the state store, are picked up while the service runs.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Watch { get; set; } = true;

    /// <summary>How long the files must stay as they are before they are read, so that a save of several writes, or of several
    /// files, is read once and whole.</summary>
    /// <value>Default: 100 ms. From 1 ms to 30 s.</value>
    public TimeSpan QuietPeriod { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often the files' sizes and times are compared besides the operating system's notifications, which network
    /// file systems and some containers don't send.</summary>
    /// <value>Default: 1 s. From 10 ms to 1 h.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The largest configuration file.</summary>
    /// <value>Default: 16 MiB, in bytes. From 1 to 1 GiB.</value>
    public int MaxFileBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>The deepest nesting of objects and arrays.</summary>
    /// <value>Default: 64. From 1 to 256.</value>
    public int MaxDepth { get; set; } = 64;

    /// <summary>The most values in a file, counted after YAML aliases are expanded.</summary>
    /// <value>Default: 100,000. At least 1.</value>
    public int MaxNodes { get; set; } = 100_000;

    /// <summary>Arrays that are merged by a named member instead of being replaced: the array's key to the name of the member
    /// that identifies an item, such as <c>orders:shipping_zones</c> to <c>name</c>.</summary>
    /// <value>Default: none; an array of a higher layer replaces the lower layer's.</value>
    public IDictionary<string, string> MergeArraysBy { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether JSON Schema's <c>format</c> (<c>date-time</c>, <c>uri</c>, <c>ipv4</c>, ...) is checked or only a remark.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool CheckFormats { get; set; } = true;

    /// <summary>Whether the service may run in an environment that has no file of its own while other environments have one;
    /// usually a misspelt environment.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool AllowMissingEnvironmentFile { get; set; }

    /// <summary>Whether the host refuses to start, and a saved file is refused, when a <c>${secret:name}</c> does not resolve.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool RequireSecrets { get; set; } = true;

    /// <summary>The author recorded for changes made by saving a file, whose real author nobody can tell.</summary>
    /// <value>Default: <c>unknown</c>.</value>
    public string FileAuthor { get; set; } = "unknown";
}
