using Microsoft.Extensions.Options;

namespace Varai.Monitoring.Channels;

/// <summary>Refuses options that mean nothing, naming key, value and rule.</summary>
internal sealed class SlackOptionsValidator : IValidateOptions<SlackOptions>
{
    public ValidateOptionsResult Validate(string? name, SlackOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ChannelOptionErrors(name);
        bool isBot = !string.IsNullOrEmpty(options.Token) || !string.IsNullOrEmpty(options.TokenSecret);
        bool isWebhook = !string.IsNullOrEmpty(options.WebhookUrl) || !string.IsNullOrEmpty(options.WebhookUrlSecret);
        if (isBot == isWebhook)
            errors.Add(nameof(options.WebhookUrl), isBot ? "and Token are both set; set one" : "or WebhookUrlSecret, or Token or TokenSecret, must be set");
        if (isWebhook)
            errors.CheckUrl(nameof(options.WebhookUrl), options.WebhookUrl, options.WebhookUrlSecret, mayBePlain: false);
        if (isBot)
        {
            errors.CheckSecret(nameof(options.Token), options.Token, options.TokenSecret);
            if (string.IsNullOrWhiteSpace(options.Conversation))
                errors.Add(nameof(options.Conversation), "must be set where there is a token");
        }

        errors.CheckUrl(nameof(options.ApiUrl), options.ApiUrl, secretName: null, mayBePlain: false);
        errors.CheckMessage(options.Message);
        return errors.Build();
    }
}
