using Varai.Monitoring;

namespace Contoso.Extensions;

/// <summary>A channel of somebody else's: a line on a pager.</summary>
public sealed class Pager : IAlertChannel
{
    public string Name => "pager";

    public List<string> Lines { get; } = [];

    public bool IsDead { get; set; }

    public bool IsCareless { get; set; }

    public Task SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsDead && !IsCareless)
            throw new AlertChannelException("The pager is out of reach.", isTransient: true);
        Lines.Add(AlertText.Cut(AlertText.Title(notification), 80));
        return Task.CompletedTask;
    }
}
