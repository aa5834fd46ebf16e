namespace Varai.Data;

/// <summary>How data is moved between environments.</summary>
public sealed class DataMigrationOptions
{
    /// <summary>The section of the host's configuration these are bound from.</summary>
    public const string SectionName = "Varai:DataMigration";

    /// <summary>The environments from the lowest rank to the highest. The last is production: moving data up into it needs the
    /// request's permission. Moving down needs masking; an environment that is not listed counts as the highest where it is the source,
    /// and as the lowest where it is the target.</summary>
    /// <value>Default: empty, which means <c>development</c>, <c>staging</c>, <c>production</c>.</value>
    public IList<string> Ranking { get; } = [];

    /// <summary>How often progress is told at the most.</summary>
    /// <value>Default: 250 milliseconds; from 1 millisecond to 2 seconds.</value>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How many finished items the journal takes down at once, and at least every second: so many are copied again after a
    /// crash, at the most.</summary>
    /// <value>Default: 1024; from 1 to 10000.</value>
    public int JournalBatch { get; set; } = 1024;
}
