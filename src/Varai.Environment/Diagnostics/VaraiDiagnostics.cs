using System.Diagnostics;

namespace Varai.Diagnostics;

/// <summary>What all areas report through: one source of activities and one meter, under one name.</summary>
/// <remarks>OpenTelemetry is told of both by <c>AddSource(VaraiDiagnostics.Name)</c> and <c>AddMeter(VaraiDiagnostics.Name)</c>.
/// Meters are made by the container's <see cref="System.Diagnostics.Metrics.IMeterFactory"/>, so each host has its own.</remarks>
public static class VaraiDiagnostics
{
    /// <summary>The name of <see cref="Activities"/> and of the meter: <c>Varai</c>.</summary>
    public const string Name = "Varai";

    /// <summary>The source of activities; it costs next to nothing while nobody listens.</summary>
    public static ActivitySource Activities { get; } = new(Name);
}
