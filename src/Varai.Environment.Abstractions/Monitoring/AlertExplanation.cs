using System.Text;

namespace Varai.Monitoring;

/// <summary>Which ways an alert takes, and why it is told or not.</summary>
public sealed record AlertExplanation
{
    /// <summary>The alert, as it is known where it is, otherwise as it was asked about.</summary>
    public required AlertGroupMember Alert { get; init; }

    /// <summary>The moment of the explanation.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether the alert is there.</summary>
    public required bool IsKnown { get; init; }

    /// <summary>The routes it takes, at least one.</summary>
    public required IReadOnlyList<AlertRouteExplanation> Routes { get; init; }

    /// <summary>The explanation for people to read.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{Alert.Alert} is {(IsKnown ? Alert.Status : "not known")} at {At:u}");
        if (Alert.SilencedBy.Count > 0)
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"  silenced by {string.Join(", ", Alert.SilencedBy)}");
        if (Alert.InhibitedBy.Count > 0)
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"  inhibited by {string.Join(", ", Alert.InhibitedBy)}");
        if (Alert.Acknowledgement is { } acknowledgement)
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"  acknowledged by {acknowledgement.Author}: {acknowledgement.Reason}");
        if (Alert.IsFlapping)
            text.AppendLine("  flapping: counts as firing");
        foreach (AlertRouteExplanation route in Routes)
        {
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"  route {route.Route} to {route.Receiver}, group {route.GroupKey}");
            foreach (AlertChannelExplanation channel in route.Channels)
                text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"    {channel.Channel}: {(channel.IsDue ? "is told" : "is not told")}: {channel.Reason}");
        }

        return text.ToString();
    }
}
