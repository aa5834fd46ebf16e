namespace Varai.Configuration;

/// <summary>An update was prepared for other values than the configuration has now; nothing was changed.</summary>
public sealed class ConfigurationConflictException : ConfigurationException
{
    /// <summary>Creates the error.</summary>
    /// <param name="environmentName">The environment.</param>
    /// <param name="expected">The content hash that the update was made for.</param>
    /// <param name="found">The content hash of the values there are now.</param>
    public ConfigurationConflictException(string environmentName, string expected, string found)
        : base(
            $"The configuration of '{environmentName}' has changed since the update was prepared: expected the content hash {expected}, "
            + $"found {found}. Read it again and decide anew.",
            [])
    {
        Expected = expected;
        Found = found;
    }

    /// <summary>The content hash that the update was made for.</summary>
    public string Expected { get; }

    /// <summary>The content hash of the values there are now.</summary>
    public string Found { get; }
}
