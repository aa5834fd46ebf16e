namespace Varai.Monitoring;

/// <summary>What a channel writes to people: the texts of <see cref="AlertText"/>, templates in their place, or functions.</summary>
/// <remarks>What a template or a function gives is plain text; each channel escapes it for its own format and cuts it to its limits. A function that throws
/// fails the attempt for good.</remarks>
public sealed class AlertMessage
{
    /// <summary>A template for the title; see <see cref="NotificationTemplate"/>.</summary>
    /// <value>Default: <see langword="null"/>, <see cref="AlertText.Title"/>.</value>
    public string? Title { get; set; }

    /// <summary>A template for the text; see <see cref="NotificationTemplate"/>.</summary>
    /// <value>Default: <see langword="null"/>, <see cref="AlertText.Body"/> or the channel's own layout of the same facts.</value>
    public string? Body { get; set; }

    /// <summary>Writes the title; goes before <see cref="Title"/>.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Func<AlertNotification, string>? FormatTitle { get; set; }

    /// <summary>Writes the text; goes before <see cref="Body"/>.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Func<AlertNotification, string>? FormatBody { get; set; }

    /// <summary>The title of a notification, on one line.</summary>
    /// <param name="notification">The notification.</param>
    /// <exception cref="AlertChannelException">The function failed, or the template is not valid.</exception>
    public string WriteTitle(AlertNotification notification) =>
        AlertText.OneLine(Write(FormatTitle, Title, notification, nameof(Title)) ?? AlertText.Title(notification));

    /// <summary>The text of a notification, where a template or a function is set; <see langword="null"/> otherwise.</summary>
    /// <param name="notification">The notification.</param>
    /// <exception cref="AlertChannelException">The function failed, or the template is not valid.</exception>
    public string? TryWriteBody(AlertNotification notification) => Write(FormatBody, Body, notification, nameof(Body));

    /// <summary>The text of a notification.</summary>
    /// <param name="notification">The notification.</param>
    /// <exception cref="AlertChannelException">The function failed, or the template is not valid.</exception>
    public string WriteBody(AlertNotification notification) => TryWriteBody(notification) ?? AlertText.Body(notification);

    private static string? Write(Func<AlertNotification, string>? format, string? template, AlertNotification notification, string what)
    {
        try
        {
            return format is not null ? format(notification) : template is null ? null : NotificationTemplate.Write(template, notification);
        }
        catch (Exception e)
        {
            throw new AlertChannelException($"The {what.ToLowerInvariant()} of the message could not be written: {e.GetType().Name}.", isTransient: false, innerException: e);
        }
    }
}
