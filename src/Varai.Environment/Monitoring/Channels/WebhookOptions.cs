namespace Varai.Monitoring.Channels;

/// <summary>Settings of a webhook; bound from the section <c>Varai:AlertChannels:NAME</c> and checked when the host starts.</summary>
public sealed class WebhookOptions
{
    /// <summary>The address that is posted to. Of https, unless <see cref="AllowPrivateAddresses"/> is set.</summary>
    /// <value>Default: <see langword="null"/>. Either this or <see cref="UrlSecret"/> must be set.</value>
    public string? Url { get; set; }

    /// <summary>The name of the secret that holds the address, read at each attempt.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? UrlSecret { get; set; }

    /// <summary>What is sent.</summary>
    /// <value>Default: <see cref="WebhookFormat.Alertmanager"/>.</value>
    public WebhookFormat Format { get; set; }

    /// <summary>The names of the secrets that hold the keys requests are signed with, after Standard Webhooks: <c>whsec_</c> and the key in base64,
    /// 24 to 64 bytes. A request is signed with each, so that a key can be replaced while the old one still counts.</summary>
    /// <value>Default: none, and nothing is signed.</value>
    public IList<string> SigningKeySecrets { get; } = [];

    /// <summary>Headers that each request has.</summary>
    /// <value>Default: none.</value>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Headers whose values are secrets, such as <c>Authorization</c>: the names of headers and, for each, of the secret.</summary>
    /// <value>Default: none.</value>
    public IDictionary<string, string> HeaderSecrets { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>How many alerts a notification lists at most; 0 for all.</summary>
    /// <value>0 to 10,000. Default: 0.</value>
    public int MaxAlerts { get; set; }

    /// <summary>Whether the address may be of this machine or a private network, and of plain http. What is checked is the address that is connected to;
    /// while it is false no proxy is used.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>Changes the handler that sends, such as its proxy or certificates. Redirects, cookies and the check of addresses are set after it.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Action<SocketsHttpHandler>? ConfigureHandler { get; set; }
}
