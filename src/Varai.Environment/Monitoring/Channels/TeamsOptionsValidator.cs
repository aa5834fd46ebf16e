using Microsoft.Extensions.Options;

namespace Varai.Monitoring.Channels;

/// <summary>Refuses options that mean nothing, naming key, value and rule.</summary>
internal sealed class TeamsOptionsValidator : IValidateOptions<TeamsOptions>
{
    public ValidateOptionsResult Validate(string? name, TeamsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ChannelOptionErrors(name);
        errors.CheckUrl(nameof(options.WebhookUrl), options.WebhookUrl, options.WebhookUrlSecret, mayBePlain: false);
        errors.CheckMessage(options.Message);
        return errors.Build();
    }
}
