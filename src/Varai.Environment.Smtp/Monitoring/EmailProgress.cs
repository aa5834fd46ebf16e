namespace Varai.Smtp.Monitoring;

/// <summary>Who has got a notification, and who was refused for good.</summary>
internal sealed class EmailProgress
{
    public HashSet<string> Accepted { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Refused { get; } = new(StringComparer.Ordinal);

    public bool IsOver(string address) => Accepted.Contains(address) || Refused.Contains(address);
}
