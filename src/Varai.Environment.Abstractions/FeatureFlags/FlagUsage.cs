namespace Varai.FeatureFlags;

/// <summary>How one flag was used.</summary>
/// <param name="Flag">The flag's name.</param>
/// <param name="Reach">For whom it is on now.</param>
/// <param name="FirstSeen">Since when it is watched, in UTC: when a node first saw its definition.</param>
/// <param name="LastEvaluated">When it was last evaluated, itself or as a prerequisite of another, in UTC, up to a minute late;
/// <see langword="null"/> when it never was since <paramref name="FirstSeen"/>.</param>
/// <param name="FullSince">Since when it is on for everybody, in UTC; <see langword="null"/> when it is not.</param>
public sealed record FlagUsage(
    string Flag, FlagReach Reach, DateTimeOffset FirstSeen, DateTimeOffset? LastEvaluated, DateTimeOffset? FullSince)
{
    /// <summary>Since when nobody has evaluated it, as far as it was watched: the last evaluation, or else
    /// <see cref="FirstSeen"/>.</summary>
    public DateTimeOffset UnusedSince => LastEvaluated ?? FirstSeen;
}
