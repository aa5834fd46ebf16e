using Microsoft.Extensions.Options;

namespace Varai.Monitoring.Channels;

/// <summary>Refuses options that mean nothing, naming key, value and rule.</summary>
internal sealed class SmsGatewayOptionsValidator : IValidateOptions<SmsGatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, SmsGatewayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ChannelOptionErrors(name);
        errors.CheckUrl(nameof(options.Url), options.Url is null ? null : SmsTemplate.FillUrl(options.Url, "1", "x"), options.UrlSecret, options.AllowPrivateAddresses);
        if (options.Method is not ("POST" or "PUT" or "GET"))
            errors.Add(nameof(options.Method), options.Method, "must be POST, PUT or GET");
        if (options.Method != "GET")
        {
            if (SmsTemplate.EscapeFor(options.ContentType) is null)
                errors.Add(nameof(options.ContentType), options.ContentType, "must be of JSON, a form, XML or plain text");
            if (!options.Body.Contains("{text}", StringComparison.Ordinal) && options.Url?.Contains("{text}", StringComparison.Ordinal) != true && string.IsNullOrEmpty(options.UrlSecret))
                errors.Add(nameof(options.Body), "has no {text}");
        }

        errors.CheckHeaders(nameof(options.Headers), options.Headers, areSecrets: false);
        errors.CheckHeaders(nameof(options.HeaderSecrets), options.HeaderSecrets, areSecrets: true);
        TwilioSmsOptionsValidator.CheckNumbers(errors, options.To);
        errors.CheckRange(nameof(options.MaxSegments), options.MaxSegments, 1, 10);
        errors.CheckRange(nameof(options.MessagesPerSecond), options.MessagesPerSecond, 1, 1000);
        errors.CheckMessage(options.Message);
        return errors.Build();
    }
}
