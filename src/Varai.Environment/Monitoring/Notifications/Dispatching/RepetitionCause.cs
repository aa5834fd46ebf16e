namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>What there is to tell.</summary>
internal enum RepetitionCause
{
    None,
    First,
    NewFiring,
    AllResolved,
    NewResolved,
    Repeat,
}
