using Microsoft.Extensions.Options;

namespace Varai.Monitoring.Channels;

/// <summary>Refuses options that mean nothing, naming key, value and rule.</summary>
internal sealed class PagerDutyOptionsValidator : IValidateOptions<PagerDutyOptions>
{
    public ValidateOptionsResult Validate(string? name, PagerDutyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ChannelOptionErrors(name);
        if (errors.CheckSecret(nameof(options.RoutingKey), options.RoutingKey, options.RoutingKeySecret) is { } key && !PagerDutyEvent.IsRoutingKey(key))
            errors.Add(nameof(options.RoutingKey), "must have 32 letters and digits");
        errors.CheckUrl(nameof(options.Url), options.Url, secretName: null, mayBePlain: false);
        errors.CheckMessage(options.Message);
        return errors.Build();
    }
}
