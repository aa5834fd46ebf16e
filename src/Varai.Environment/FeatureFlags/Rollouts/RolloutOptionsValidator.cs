using System.Globalization;
using Microsoft.Extensions.Options;

namespace Varai.FeatureFlags.Rollouts;

/// <summary>Refuses options that rollouts can't run with, naming key, value and rule.</summary>
internal sealed class RolloutOptionsValidator : IValidateOptions<RolloutOptions>
{
    private const int MostErrors = 1000;

    public ValidateOptionsResult Validate(string? name, RolloutOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ValidateOptionsResultBuilder();
        CheckRange(errors, nameof(options.CheckInterval), options.CheckInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        CheckRange(errors, nameof(options.GuardTimeout), options.GuardTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(10));
        CheckRange(errors, nameof(options.MaximumGuardErrors), options.MaximumGuardErrors, 1, MostErrors);
        TimeSpan least = options.CheckInterval + options.GuardTimeout;
        if (options.LeaseDuration < least || options.LeaseDuration > TimeSpan.FromDays(1))
        {
            errors.AddError(string.Create(CultureInfo.InvariantCulture,
                $"{RolloutOptions.SectionName}:{nameof(options.LeaseDuration)} is '{options.LeaseDuration}', but must be from {least} ({nameof(options.CheckInterval)} and {nameof(options.GuardTimeout)} together) to {TimeSpan.FromDays(1)}."));
        }

        return errors.Build();
    }

    private static void CheckRange<T>(ValidateOptionsResultBuilder errors, string key, T value, T least, T greatest)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(greatest) > 0)
        {
            errors.AddError(string.Create(
                CultureInfo.InvariantCulture, $"{RolloutOptions.SectionName}:{key} is '{value}', but must be from {least} to {greatest}."));
        }
    }
}
