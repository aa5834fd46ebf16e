namespace Varai.Monitoring.Channels;

/// <summary>Settings of SMS through Twilio; bound from the section <c>Varai:AlertChannels:NAME</c> and checked when the host starts.</summary>
public sealed class TwilioSmsOptions
{
    /// <summary>The account: <c>AC</c> and 32 hexadecimal digits.</summary>
    /// <value>Default: empty; it must be set.</value>
    public string AccountSid { get; set; } = "";

    /// <summary>An API key (<c>SK...</c>) to sign in with in place of the account; <see cref="AuthToken"/> is its secret then.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? ApiKeySid { get; set; }

    /// <summary>The account's token, or the API key's secret.</summary>
    /// <value>Default: <see langword="null"/>. Either this or <see cref="AuthTokenSecret"/> must be set.</value>
    public string? AuthToken { get; set; }

    /// <summary>The name of the secret that holds the token, read at each attempt.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? AuthTokenSecret { get; set; }

    /// <summary>The number (E.164) or sender's name that messages come from.</summary>
    /// <value>Default: <see langword="null"/>. Either this or <see cref="MessagingServiceSid"/> must be set.</value>
    public string? From { get; set; }

    /// <summary>The messaging service (<c>MG...</c>) that chooses the number.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? MessagingServiceSid { get; set; }

    /// <summary>The numbers that are sent to, in E.164 (<c>+15005550006</c>).</summary>
    /// <value>Default: none; at least one must be set.</value>
    public IList<string> To { get; } = [];

    /// <summary>In how many parts a message goes at most; what is longer is cut. A part holds 153 characters, or 67 where one is none of GSM's.</summary>
    /// <value>1 to 10. Default: 3.</value>
    public int MaxSegments { get; set; } = 3;

    /// <summary>How many parts the number sends in a second: 1 for a long code of the US, 3 for a toll-free number, 100 for a short code.</summary>
    /// <value>1 to 1,000. Default: 1.</value>
    public int SegmentsPerSecond { get; set; } = 1;

    /// <summary>After how long Twilio drops a message that it could not hand on.</summary>
    /// <value>1 second to 10 hours. Default: 1 hour.</value>
    public TimeSpan ValidityPeriod { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Where the API is, for other regions.</summary>
    /// <value>Default: <c>https://api.twilio.com</c>.</value>
    public string ApiUrl { get; set; } = "https://api.twilio.com";

    /// <summary>Texts of your own.</summary>
    /// <value>Default: the title, and the summary and the value of the first alert.</value>
    public AlertMessage Message { get; } = new();

    /// <summary>Changes the handler that sends, such as its proxy.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Action<SocketsHttpHandler>? ConfigureHandler { get; set; }
}
