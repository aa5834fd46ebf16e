using System.Globalization;
using Microsoft.Extensions.Options;

namespace Varai.Monitoring.Channels;

/// <summary>Refuses options that mean nothing, naming key, value and rule.</summary>
internal sealed class AlertmanagerOptionsValidator : IValidateOptions<AlertmanagerOptions>
{
    public ValidateOptionsResult Validate(string? name, AlertmanagerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ChannelOptionErrors(name);
        if (options.Urls.Count == 0)
            errors.Add(nameof(options.Urls), "must name at least one address");
        for (int i = 0; i < options.Urls.Count; i++)
        {
            if (ChannelUrl.FindProblem(options.Urls[i] ?? "", mayBePlain: true) is { } problem)
                errors.Add(string.Create(CultureInfo.InvariantCulture, $"{nameof(options.Urls)}:{i}"), problem);
        }

        errors.CheckHeaders(nameof(options.HeaderSecrets), options.HeaderSecrets, areSecrets: true);
        errors.CheckRange(nameof(options.KeepFiringFor), options.KeepFiringFor, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30));
        return errors.Build();
    }
}
