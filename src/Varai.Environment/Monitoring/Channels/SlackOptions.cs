namespace Varai.Monitoring.Channels;

/// <summary>Settings of a Slack channel; bound from the section <c>Varai:AlertChannels:NAME</c> and checked when the host starts.</summary>
/// <remarks>Either an incoming webhook (<see cref="WebhookUrl"/>), or a bot token with a conversation (<see cref="Token"/> and
/// <see cref="Conversation"/>), which puts all of a group into one thread.</remarks>
public sealed class SlackOptions
{
    /// <summary>The address of an incoming webhook.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? WebhookUrl { get; set; }

    /// <summary>The name of the secret that holds the address of an incoming webhook, read at each attempt.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? WebhookUrlSecret { get; set; }

    /// <summary>A bot token (<c>xoxb-...</c>) with the scope <c>chat:write</c>.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? Token { get; set; }

    /// <summary>The name of the secret that holds the bot token, read at each attempt.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? TokenSecret { get; set; }

    /// <summary>Where a bot posts: the id of a conversation (<c>C0123456789</c>) or the name of a public one (<c>#alerts</c>).</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? Conversation { get; set; }

    /// <summary>Where the Web API is.</summary>
    /// <value>Default: <c>https://slack.com/api/</c>.</value>
    public string ApiUrl { get; set; } = "https://slack.com/api/";

    /// <summary>Texts of your own.</summary>
    /// <value>Default: those of <see cref="AlertText"/>, in blocks.</value>
    public AlertMessage Message { get; } = new();

    /// <summary>Changes the handler that sends, such as its proxy.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Action<SocketsHttpHandler>? ConfigureHandler { get; set; }
}
