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
        if (FindError(alert) is { } error)
            throw new ArgumentException(error, nameof(alert));
    }

    /// <summary>Why an alert can't be taken; null when it can.</summary>
    public static string? FindError(Alert? alert)
    {
        if (alert is null)
            return "An alert is null.";
        if (alert.Labels.Values.All(string.IsNullOrEmpty))
            return "An alert has no labels: without any nobody can tell it from another.";
        if (alert.Labels.Any(l => l.Key.Length == 0 || l.Value is null))
            return $"The alert {alert} has a label without a name or a value.";
        if (alert.EndsAt < alert.StartsAt)
            return string.Create(CultureInfo.InvariantCulture, $"The alert {alert} ends at {alert.EndsAt:u}, before it starts at {alert.StartsAt:u}.");
        if (alert.Annotations.Any(a => a.Value is null))
            return $"The alert {alert} has an annotation without a text.";
        int characters = alert.Labels.Concat(alert.Annotations).Sum(l => l.Key.Length + l.Value.Length);
        return alert.Labels.Count > MostLabels || characters > MostCharacters
            ? string.Create(CultureInfo.InvariantCulture,
                $"The alert '{alert.Name}' has {alert.Labels.Count} labels, and {characters} characters in labels and annotations; {MostLabels} and {MostCharacters} are allowed.")
            : null;
    }
}
