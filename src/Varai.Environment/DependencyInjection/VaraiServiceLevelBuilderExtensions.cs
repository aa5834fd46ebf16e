using Varai;
using Varai.Monitoring.ServiceLevels;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds service level objectives.</summary>
public static class VaraiServiceLevelBuilderExtensions
{
    /// <summary>Adds an objective, <see cref="IServiceLevels"/>, and <c>AddMonitoring()</c>, whose windows count its events.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="objective">The objective. Two with one name stop the host at start.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The objective is impossible; the message says why, and what would be possible.</exception>
    public static VaraiBuilder AddServiceLevelObjective(this VaraiBuilder builder, ServiceLevelObjective objective)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(objective);
        if (objective.FindMistake() is { } mistake)
            throw new ArgumentException(mistake, nameof(objective));
        builder.Services.AddVaraiServiceLevels();
        builder.Services.AddSingleton(objective);
        return builder;
    }
}
