using System.Globalization;
using Microsoft.Extensions.Options;

namespace Varai.FeatureFlags;

/// <summary>Refuses options that mean nothing, naming key, value and rule.</summary>
internal sealed class FeatureFlagOptionsValidator : IValidateOptions<FeatureFlagOptions>
{
    public ValidateOptionsResult Validate(string? name, FeatureFlagOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ValidateOptionsResultBuilder();
        // Written so that NaN fails.
        if (options.ExposureSampleRate is not (>= 0 and <= 1))
            Add(errors, nameof(options.ExposureSampleRate), options.ExposureSampleRate, "must be from 0 to 1");
        CheckRange(errors, nameof(options.ExposureDeduplicationWindow), options.ExposureDeduplicationWindow, TimeSpan.Zero, TimeSpan.FromDays(1));
        CheckRange(errors, nameof(options.ExposureBufferSize), options.ExposureBufferSize, 1, 1_000_000);
        CheckRange(errors, nameof(options.UsageFlushInterval), options.UsageFlushInterval, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1));
        if (!Enum.IsDefined(options.UndefinedFlags))
            Add(errors, nameof(options.UndefinedFlags), options.UndefinedFlags, $"must be one of {string.Join(", ", Enum.GetNames<UndefinedFlagAction>())}");
        return errors.Build();
    }

    private static void CheckRange<T>(ValidateOptionsResultBuilder errors, string key, T value, T least, T greatest)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(greatest) > 0)
            Add(errors, key, value, string.Create(CultureInfo.InvariantCulture, $"must be from {least} to {greatest}"));
    }

    private static void Add(ValidateOptionsResultBuilder errors, string key, object value, string rule) =>
        errors.AddError(string.Create(CultureInfo.InvariantCulture, $"{FeatureFlagOptions.SectionName}:{key} is '{value}', but {rule}."));
}
