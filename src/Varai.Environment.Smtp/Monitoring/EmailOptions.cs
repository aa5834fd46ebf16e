using MailKit.Net.Smtp;
using Varai.Monitoring;

namespace Varai.Smtp.Monitoring;

/// <summary>Settings of an email channel; bound from the section <c>Varai:Email</c>, or <c>Varai:NAME</c> for one with a name, and checked when the host
/// starts.</summary>
public sealed class EmailOptions
{
    /// <summary>The section of the channel <c>email</c>.</summary>
    public const string SectionName = "Varai:Email";

    /// <summary>The mail server.</summary>
    /// <value>Default: empty; it must be set.</value>
    public string Host { get; set; } = "";

    /// <summary>Its port.</summary>
    /// <value>1 to 65,535. Default: 587.</value>
    public int Port { get; set; } = 587;

    /// <summary>How the connection is protected.</summary>
    /// <value>Default: <see cref="EmailSecurity.StartTls"/>.</value>
    public EmailSecurity Security { get; set; }

    /// <summary>Who signs in.</summary>
    /// <value>Default: <see langword="null"/>, nobody.</value>
    public string? Username { get; set; }

    /// <summary>The password.</summary>
    /// <value>Default: <see langword="null"/>. With a user name, either this or <see cref="PasswordSecret"/> must be set.</value>
    public string? Password { get; set; }

    /// <summary>The name of the secret that holds the password, read at each attempt.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? PasswordSecret { get; set; }

    /// <summary>The sender: an address, with a name before it where wanted (<c>Alerts &lt;alerts@example.org&gt;</c>).</summary>
    /// <value>Default: empty; it must be set.</value>
    public string From { get; set; } = "";

    /// <summary>The recipients: addresses, with names before them where wanted.</summary>
    /// <value>Default: none; at least one must be set.</value>
    public IList<string> To { get; } = [];

    /// <summary>Texts of your own.</summary>
    /// <value>Default: those of <see cref="AlertText"/>.</value>
    public AlertMessage Message { get; } = new();

    /// <summary>Changes the client before it connects, such as its proxy, its local domain or how it checks certificates.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Action<SmtpClient>? ConfigureClient { get; set; }
}
