namespace Varai.Data.Migration;

/// <summary>The last attempt to move a component into an environment, as it is kept in the state store.</summary>
internal sealed record MigrationDocument
{
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    public required string Id { get; init; }

    public required string Source { get; init; }

    /// <summary>What was asked for, as a hash: only the same request may go on.</summary>
    public required string Plan { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public int Attempt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}
