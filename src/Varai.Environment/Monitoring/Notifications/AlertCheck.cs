using System.Globalization;

namespace Varai.Monitoring.Notifications;

/// <summary>Refuses alerts that mean nothing, or that would be a burden to all who are told together with them.</summary>
internal static class AlertCheck
{
    private const int MostLabels = 64;
    private const int MostCharacters = 32 * 1024;

    /// <exception cref="ArgumentException">It can't be taken; the message says why.</exception>
    public static void ThrowIfInvalid(Alert alert)
    {
        if (alert is null)
            throw new ArgumentException("An alert is null.", nameof(alert));
        if (alert.Labels.Values.All(string.IsNullOrEmpty))
            throw new ArgumentException("An alert has no labels: without any nobody can tell it from another.", nameof(alert));
        if (alert.Labels.Any(l => l.Key.Length == 0 || l.Value is null))
            throw new ArgumentException($"The alert {alert} has a label without a name or a value.", nameof(alert));
        if (alert.EndsAt < alert.StartsAt)
            throw new ArgumentException($"The alert {alert} ends at {alert.EndsAt:u}, before it starts at {alert.StartsAt:u}.", nameof(alert));
        if (alert.Annotations.Any(a => a.Value is null))
            throw new ArgumentException($"The alert {alert} has an annotation without a text.", nameof(alert));
        int characters = alert.Labels.Concat(alert.Annotations).Sum(l => l.Key.Length + l.Value.Length);
        if (alert.Labels.Count > MostLabels || characters > MostCharacters)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"The alert '{alert.Name}' has {alert.Labels.Count} labels, and {characters} characters in labels and annotations; {MostLabels} and {MostCharacters} are allowed."), nameof(alert));
        }
    }
}
