using System.Globalization;

namespace Varai.Configuration;

/// <summary>Names one side of a difference: a recorded version, or the files of an environment as they are now.</summary>
public sealed record ConfigurationReference
{
    private ConfigurationReference(string? environmentName, long? number)
    {
        EnvironmentName = environmentName;
        Number = number;
    }

    /// <summary>The environment; <see langword="null"/> for the current one.</summary>
    public string? EnvironmentName { get; }

    /// <summary>The version's number; <see langword="null"/> for the files as they are now.</summary>
    public long? Number { get; }

    /// <summary>Whether this machine's own file (<c>&lt;environment&gt;.local.json</c>) counts; recorded versions always have it.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool IncludeLocalFile { get; init; } = true;

    /// <summary>A recorded version.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="environmentName">The environment; <see langword="null"/> for the current one.</param>
    public static ConfigurationReference Version(long number, string? environmentName = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        return new ConfigurationReference(environmentName, number);
    }

    /// <summary>The files of an environment as they are now.</summary>
    /// <param name="environmentName">The environment; <see langword="null"/> for the current one.</param>
    public static ConfigurationReference Files(string? environmentName = null) => new(environmentName, number: null);

    /// <summary>Writes <c>production@3</c> or <c>production</c>.</summary>
    public override string ToString()
    {
        string name = EnvironmentName ?? "current";
        return Number is { } number ? string.Create(CultureInfo.InvariantCulture, $"{name}@{number}") : name;
    }
}
