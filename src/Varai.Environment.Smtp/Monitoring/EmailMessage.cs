using System.Net;
using System.Security.Cryptography;
using System.Text;
using MimeKit;
using MimeKit.Text;
using Varai.Monitoring;

namespace Varai.Smtp.Monitoring;

/// <summary>A notification as a message of text and HTML.</summary>
internal static class EmailMessage
{
    private const int MaximumSubject = 200;
    private const int MaximumBody = 200_000;

    public static MimeMessage Create(AlertNotification notification, AlertMessage texts, MailboxAddress from, IEnumerable<MailboxAddress> to)
    {
        string subject = AlertText.Cut(texts.WriteTitle(notification), MaximumSubject);
        string body = Clean(AlertText.Cut(texts.WriteBody(notification), MaximumBody));
        string root = IdOf($"{notification.Environment}\n{notification.GroupKey}", from);
        var message = new MimeMessage
        {
            Subject = subject,
            Date = notification.At.ToUniversalTime(),
            MessageId = IdOf($"{notification.Environment}\n{notification.GroupKey}\n{notification.Id}", from),
            InReplyTo = root,
            Body = new MultipartAlternative(
                new TextPart(TextFormat.Plain) { Text = body, ContentTransferEncoding = ContentEncoding.QuotedPrintable },
                new TextPart(TextFormat.Html) { Text = Html(subject, body, notification), ContentTransferEncoding = ContentEncoding.QuotedPrintable }),
        };
        message.From.Add(from);
        message.To.AddRange(to);
        // Nobody has the message at the root; all of a group refer to it, and so belong together.
        message.References.Add(root);
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("X-Auto-Response-Suppress", "All");
        if (notification is { Status: AlertStatus.Firing, Severity: AlertSeverity.Critical })
            message.Importance = MessageImportance.High;
        return message;
    }

    private static string IdOf(string text, MailboxAddress from) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16))}@{from.Domain}";

    private static string Html(string subject, string body, AlertNotification notification)
    {
        string color = notification switch
        {
            { Status: AlertStatus.Resolved } => "#1a7f37",
            { Severity: AlertSeverity.Critical } => "#b42318",
            { Severity: AlertSeverity.Warning } => "#b54708",
            _ => "#175cd3",
        };
        var html = new StringBuilder("<!DOCTYPE html><html><body style=\"font-family:sans-serif;max-width:40em\">\n");
        html.Append("<h2 style=\"color:").Append(color).Append("\">").Append(WebUtility.HtmlEncode(subject)).Append("</h2>\n");
        foreach (string paragraph in body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
            html.Append("<p>").AppendJoin("<br>\n", paragraph.Split('\n').Select(Line)).Append("</p>\n");
        return html.Append("</body></html>\n").ToString();
    }

    private static string Line(string line)
    {
        string encoded = WebUtility.HtmlEncode(line);
        bool isLink = Uri.TryCreate(line, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https";
        return isLink ? $"<a href=\"{WebUtility.HtmlEncode(url!.AbsoluteUri)}\">{encoded}</a>" : encoded;
    }

    private static string Clean(string text) =>
        string.Concat(text.ReplaceLineEndings("\n").Select(static c => c is '\n' or '\t' || !char.IsControl(c) ? c : ' '));
}
