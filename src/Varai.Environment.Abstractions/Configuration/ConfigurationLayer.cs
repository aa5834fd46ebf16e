namespace Varai.Configuration;

/// <summary>A file of an environment's configuration; a later one overrides an earlier one.</summary>
public enum ConfigurationLayer
{
    /// <summary><c>base.json</c>: shared by all environments.</summary>
    Base,

    /// <summary><c>&lt;environment&gt;.json</c>.</summary>
    Environment,

    /// <summary><c>&lt;environment&gt;.local.json</c>: this machine's own, not committed.</summary>
    Local,
}
