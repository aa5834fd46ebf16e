namespace Varai.Monitoring.Channels;

/// <summary>Settings of a Microsoft Teams channel; bound from the section <c>Varai:AlertChannels:NAME</c> and checked when the host starts.</summary>
public sealed class TeamsOptions
{
    /// <summary>The address of a workflow that posts to a channel or chat when a webhook request is received.</summary>
    /// <value>Default: <see langword="null"/>. Either this or <see cref="WebhookUrlSecret"/> must be set.</value>
    public string? WebhookUrl { get; set; }

    /// <summary>The name of the secret that holds the address, read at each attempt.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? WebhookUrlSecret { get; set; }

    /// <summary>Texts of your own.</summary>
    /// <value>Default: those of <see cref="AlertText"/>, as a card.</value>
    public AlertMessage Message { get; } = new();

    /// <summary>Changes the handler that sends, such as its proxy.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Action<SocketsHttpHandler>? ConfigureHandler { get; set; }
}
