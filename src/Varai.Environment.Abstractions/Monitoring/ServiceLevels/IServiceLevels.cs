namespace Varai.Monitoring.ServiceLevels;

/// <summary>Where the service level objectives stand. Present after <c>AddServiceLevelObjective()</c>; it is a singleton, and safe from any
/// thread.</summary>
/// <remarks>What is counted is kept in the state store, where the nodes of a service add up, and outlives a restart; a process that is killed loses what it counted
/// since it last wrote, up to a minute. Events are counted when their slot of ten seconds has ended.</remarks>
public interface IServiceLevels
{
    /// <summary>The objectives, by name.</summary>
    IReadOnlyList<ServiceLevelObjective> Objectives { get; }

    /// <summary>Where an objective stands now.</summary>
    /// <param name="objective">Its name.</param>
    /// <exception cref="ArgumentException">There is no such objective.</exception>
    ServiceLevelStatus GetStatus(string objective);

    /// <summary>What was counted over the last time, from which a burn rate over any window follows
    /// (<see cref="ServiceLevelCount.BudgetUsed"/>).</summary>
    /// <param name="objective">The objective's name.</param>
    /// <param name="window">How far back, at most the objective's period. It begins with the slot that its beginning falls into; slots are of 10 seconds up to 5
    /// minutes, of a minute up to an hour, of ten minutes up to a day, of an hour or a 720th of the period beyond.</param>
    /// <exception cref="ArgumentException">There is no such objective.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The window is not positive, or longer than the period.</exception>
    ServiceLevelCount GetEvents(string objective, TimeSpan window);

    /// <summary>How an objective was met in a calendar month: this one or one of the twelve before.</summary>
    /// <param name="objective">The objective's name.</param>
    /// <param name="year">The year.</param>
    /// <param name="month">The month, from 1 to 12, in the objective's time zone.</param>
    /// <exception cref="ArgumentException">There is no such objective.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such month, it has not begun, or it is too long ago.</exception>
    ServiceLevelReport GetReport(string objective, int year, int month);
}
