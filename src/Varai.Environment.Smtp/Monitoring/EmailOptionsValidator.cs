using System.Globalization;
using Microsoft.Extensions.Options;
using MimeKit;
using Varai.Monitoring;
using Varai.Secrets;

namespace Varai.Smtp.Monitoring;

/// <summary>Refuses options that mean nothing, naming key, value and rule. A password is not repeated.</summary>
internal sealed class EmailOptionsValidator : IValidateOptions<EmailOptions>
{
    public ValidateOptionsResult Validate(string? name, EmailOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ValidateOptionsResultBuilder();
        string section = EmailInstance.SectionOf(name ?? "");
        void Add(string key, string rule) => errors.AddError($"{section}:{key} {rule}.");

        if (string.IsNullOrWhiteSpace(options.Host))
            Add(nameof(options.Host), "must be set");
        if (options.Port is < 1 or > 65_535)
            Add(nameof(options.Port), string.Create(CultureInfo.InvariantCulture, $"is '{options.Port}', but must be from 1 to 65535"));
        if (!Enum.IsDefined(options.Security))
            Add(nameof(options.Security), string.Create(CultureInfo.InvariantCulture, $"is '{options.Security}', but must be StartTls, ImplicitTls or None"));
        CheckSignIn(options, Add);
        CheckAddress(nameof(options.From), options.From, Add);
        if (options.To.Count == 0)
            Add(nameof(options.To), "must name at least one address");
        for (int i = 0; i < options.To.Count; i++)
            CheckAddress(string.Create(CultureInfo.InvariantCulture, $"{nameof(options.To)}:{i}"), options.To[i], Add);
        CheckTemplate("Message:Title", options.Message.Title, Add);
        CheckTemplate("Message:Body", options.Message.Body, Add);
        return errors.Build();
    }

    /// <summary>An address on one line, with or without a name.</summary>
    public static MailboxAddress? TryParse(string? text) =>
        text is not null && !text.Any(char.IsControl) && MailboxAddress.TryParse(text, out MailboxAddress? address) && address.Address.Contains('@', StringComparison.Ordinal) ? address : null;

    private static void CheckSignIn(EmailOptions options, Action<string, string> add)
    {
        bool hasValue = !string.IsNullOrEmpty(options.Password);
        bool hasSecret = !string.IsNullOrEmpty(options.PasswordSecret);
        if (string.IsNullOrEmpty(options.Username))
        {
            if (hasValue || hasSecret)
                add(nameof(options.Username), "must be set where there is a password");
            return;
        }

        if (options.Security == EmailSecurity.None)
            add(nameof(options.Security), "is None, but a password is only sent through TLS");
        if (hasValue == hasSecret)
            add(nameof(options.Password), hasValue ? "and PasswordSecret are both set; set one" : "or PasswordSecret must be set where there is a user name");
        if (hasSecret && SecretAddress.FindProblem(options.PasswordSecret) is not null)
            add(nameof(options.PasswordSecret), "must be the name of a secret");
    }

    private static void CheckAddress(string key, string? text, Action<string, string> add)
    {
        if (TryParse(text) is null)
            add(key, $"is '{AlertText.OneLine(text ?? "")}', but must be an address");
    }

    private static void CheckTemplate(string key, string? template, Action<string, string> add)
    {
        if (template is not null && NotificationTemplate.FindProblem(template) is { } problem)
            add(key, problem);
    }
}
