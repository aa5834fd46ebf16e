using System.Globalization;
using Microsoft.Extensions.Options;

namespace Varai.Monitoring.Delivery;

/// <summary>Refuses options that mean nothing, naming key, value and rule.</summary>
internal sealed class AlertDeliveryOptionsValidator : IValidateOptions<AlertDeliveryOptions>
{
    public ValidateOptionsResult Validate(string? name, AlertDeliveryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ValidateOptionsResultBuilder();
        Check(errors, nameof(options.AttemptTimeout), options.AttemptTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Check(errors, nameof(options.GiveUpAfter), options.GiveUpAfter, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7));
        return errors.Build();
    }

    private static void Check(ValidateOptionsResultBuilder errors, string key, TimeSpan value, TimeSpan least, TimeSpan greatest)
    {
        if (value < least || value > greatest)
        {
            errors.AddError(string.Create(
                CultureInfo.InvariantCulture, $"{AlertDeliveryOptions.SectionName}:{key} is '{value}', but must be from {least} to {greatest}."));
        }
    }
}
