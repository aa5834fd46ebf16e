using Microsoft.Extensions.Options;

namespace Varai.Monitoring.Channels;

/// <summary>Refuses options that mean nothing, naming key, value and rule.</summary>
internal sealed class WebhookOptionsValidator : IValidateOptions<WebhookOptions>
{
    public ValidateOptionsResult Validate(string? name, WebhookOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ChannelOptionErrors(name);
        errors.CheckUrl(nameof(options.Url), options.Url, options.UrlSecret, options.AllowPrivateAddresses);
        if (!Enum.IsDefined(options.Format))
            errors.Add(nameof(options.Format), options.Format, "must be Alertmanager or CloudEvents");
        for (int i = 0; i < options.SigningKeySecrets.Count; i++)
            errors.CheckSecretName($"{nameof(options.SigningKeySecrets)}:{i}", options.SigningKeySecrets[i]);
        errors.CheckHeaders(nameof(options.Headers), options.Headers, areSecrets: false);
        errors.CheckHeaders(nameof(options.HeaderSecrets), options.HeaderSecrets, areSecrets: true);
        errors.CheckRange(nameof(options.MaxAlerts), options.MaxAlerts, 0, 10_000);
        return errors.Build();
    }
}
