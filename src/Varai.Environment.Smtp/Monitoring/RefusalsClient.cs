using MailKit.Net.Smtp;
using MimeKit;

namespace Varai.Smtp.Monitoring;

/// <summary>A client that goes on when somebody is refused, and says afterwards who was and with which code.</summary>
internal sealed class RefusalsClient : SmtpClient
{
    private readonly List<(string Address, int Code)> _refused = [];

    public IReadOnlyList<(string Address, int Code)> Refused => _refused;

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
    {
        ArgumentNullException.ThrowIfNull(mailbox);
        ArgumentNullException.ThrowIfNull(response);
        _refused.Add((mailbox.Address, (int)response.StatusCode));
    }

    // What it throws of itself would hide the codes.
    protected override void OnNoRecipientsAccepted(MimeMessage message) => throw new NobodyAcceptedException();
}
