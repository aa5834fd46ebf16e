namespace Varai.Monitoring;

/// <summary>How errors are grouped and what is kept of them; bound from the section <c>Varai:ErrorTracking</c> and checked when the host
/// starts.</summary>
public sealed class ErrorTrackingOptions
{
    /// <summary>The section they are bound from.</summary>
    public const string SectionName = "Varai:ErrorTracking";

    /// <summary>How many groups are kept. Beyond that, a new one takes the place of the one that was not seen for longest, if that is an hour or
    /// more; otherwise it is counted in <see cref="ErrorGroup.OtherType"/>.</summary>
    /// <value>10 to 10,000. Default: 500.</value>
    public int MaxGroups { get; set; } = 500;

    /// <summary>Whether the message of the last error of each group is kept. Messages are written by whoever throws, and may hold secrets and personal
    /// data.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool KeepMessages { get; set; }

    /// <summary>The application's own assemblies, which a place is looked for in first: names such as <c>Shop.*</c>, where <c>*</c> stands for any
    /// characters and <c>?</c> for one. Compared whatever the case.</summary>
    /// <value>Default: none, which means those whose name begins like that of the program's own assembly, up to the first dot.</value>
    public IList<string> ApplicationAssemblies { get; } = [];
}
