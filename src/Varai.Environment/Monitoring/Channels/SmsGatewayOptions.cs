namespace Varai.Monitoring.Channels;

/// <summary>Settings of an SMS gateway that is asked over HTTP; bound from the section <c>Varai:AlertChannels:NAME</c> and checked when the host
/// starts.</summary>
/// <remarks>In the address and the body, <c>{to}</c> and <c>{text}</c> stand for the number and the message, escaped for where they stand.</remarks>
public sealed class SmsGatewayOptions
{
    /// <summary>The address, such as <c>https://gateway.example/send</c> or <c>https://gateway.example/send?to={to}&amp;text={text}</c>.</summary>
    /// <value>Default: <see langword="null"/>. Either this or <see cref="UrlSecret"/> must be set.</value>
    public string? Url { get; set; }

    /// <summary>The name of the secret that holds the address, read at each attempt.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? UrlSecret { get; set; }

    /// <summary><c>POST</c>, <c>PUT</c> or <c>GET</c>, which has no body.</summary>
    /// <value>Default: <c>POST</c>.</value>
    public string Method { get; set; } = "POST";

    /// <summary>What the body is: of JSON, of a form (<c>application/x-www-form-urlencoded</c>), of XML or plain text.</summary>
    /// <value>Default: <c>application/json</c>.</value>
    public string ContentType { get; set; } = "application/json";

    /// <summary>The body.</summary>
    /// <value>Default: <c>{"to":"{to}","text":"{text}"}</c>.</value>
    public string Body { get; set; } = """{"to":"{to}","text":"{text}"}""";

    /// <summary>Headers that each request has.</summary>
    /// <value>Default: none.</value>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Headers whose values are secrets, such as <c>Authorization</c>: the names of headers and, for each, of the secret.</summary>
    /// <value>Default: none.</value>
    public IDictionary<string, string> HeaderSecrets { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The numbers that are sent to, in E.164 (<c>+4930123456</c>).</summary>
    /// <value>Default: none; at least one must be set.</value>
    public IList<string> To { get; } = [];

    /// <summary>In how many parts a message goes at most; what is longer is cut.</summary>
    /// <value>1 to 10. Default: 3.</value>
    public int MaxSegments { get; set; } = 3;

    /// <summary>How many messages the gateway takes in a second.</summary>
    /// <value>1 to 1,000. Default: 1.</value>
    public int MessagesPerSecond { get; set; } = 1;

    /// <summary>Whether the address may be of this machine or a private network, and of plain http; see <see cref="WebhookOptions.AllowPrivateAddresses"/>.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>Texts of your own.</summary>
    /// <value>Default: the title, and the summary and the value of the first alert.</value>
    public AlertMessage Message { get; } = new();

    /// <summary>Changes the handler that sends. Redirects, cookies and the check of addresses are set after it.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Action<SocketsHttpHandler>? ConfigureHandler { get; set; }
}
