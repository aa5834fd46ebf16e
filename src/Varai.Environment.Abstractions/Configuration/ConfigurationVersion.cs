namespace Varai.Configuration;

/// <summary>One recorded state of an environment's configuration.</summary>
public sealed record ConfigurationVersion
{
    /// <summary>The environment.</summary>
    public required string EnvironmentName { get; init; }

    /// <summary>Its number within the environment, from 1 without gaps.</summary>
    public required long Number { get; init; }

    /// <summary>SHA-256 of the values, see <see cref="ConfigurationSnapshot.ContentHash"/>.</summary>
    public required string ContentHash { get; init; }

    /// <summary>SHA-256 of this entry, which covers everything else in it and so the whole history before it.</summary>
    public required string Hash { get; init; }

    /// <summary><see cref="Hash"/> of the version before; <see langword="null"/> for the first.</summary>
    public required string? ParentHash { get; init; }

    /// <summary>Who made the change: as given to the API; for a saved file what <c>Varai:Configuration:FileAuthor</c> says.</summary>
    public required string Author { get; init; }

    /// <summary>When: the moment of the call, or the time the newest changed file was saved.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Why, as given to the API; for a saved file which files changed.</summary>
    public required string Reason { get; init; }

    /// <summary>How it came about.</summary>
    public required ConfigurationChangeSource Source { get; init; }

    /// <summary>The larger operation it was a step of, such as a promotion's id; <see langword="null"/> for none.</summary>
    public string? Operation { get; init; }

    /// <summary>What changed against the version before; empty for the first version.</summary>
    public required IReadOnlyList<ConfigurationDifference> Changes { get; init; }

    /// <summary>The files it was merged from, lowest precedence first.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Writes number, author and reason.</summary>
    public override string ToString() => $"{EnvironmentName} {Number} by {Author}: {Reason}";
}
