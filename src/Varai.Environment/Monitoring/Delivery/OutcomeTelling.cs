using Varai.Monitoring.Notifications;

namespace Varai.Monitoring.Delivery;

/// <summary>An outcome, and who knows of it.</summary>
internal sealed class OutcomeTelling(NotificationOutcome outcome)
{
    public NotificationOutcome Outcome => outcome;

    public HashSet<INotificationObserver> Told { get; } = [];

    /// <summary>Whether the log and the metrics have it.</summary>
    public bool IsLogged { get; set; }

    /// <summary>Whether the log has it that somebody could not be told.</summary>
    public bool IsTroubleLogged { get; set; }
}
