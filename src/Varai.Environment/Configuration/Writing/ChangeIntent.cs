using Varai.State;

namespace Varai.Configuration.Writing;

/// <summary>Who changes an environment, and why.</summary>
internal sealed record ChangeIntent(string EnvironmentName, string Author, string Reason, ConfigurationChangeSource Source)
{
    /// <summary>The larger operation that the change is a step of.</summary>
    public string? Operation { get; init; }

    /// <summary>A lease that must be held when the change is noted.</summary>
    public Lease? Lease { get; init; }
}
