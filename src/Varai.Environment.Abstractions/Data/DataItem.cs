namespace Varai.Data;

/// <summary>One part of a component that is captured and restored by itself: a file, a table.</summary>
/// <param name="Name">Its name: for files the path below the root with <c>/</c>, for tables the table's name.</param>
/// <param name="Kind">What it is.</param>
public sealed record DataItem(string Name, DataItemKind Kind)
{
    /// <summary>The size of its content in bytes, where it is known.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public long? Length { get; init; }

    /// <summary>When a file was last written, in UTC.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>The permissions of a file or directory.</summary>
    /// <value>Default: <see langword="null"/>, those that new files get; always on Windows.</value>
    public UnixFileMode? Mode { get; init; }

    /// <summary>Where a link leads.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? LinkTarget { get; init; }
}
