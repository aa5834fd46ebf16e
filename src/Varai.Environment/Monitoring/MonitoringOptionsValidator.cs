using System.Globalization;
using Microsoft.Extensions.Options;

namespace Varai.Monitoring;

/// <summary>Refuses options that mean nothing, naming key, value and rule.</summary>
internal sealed class MonitoringOptionsValidator : IValidateOptions<MonitoringOptions>
{
    public ValidateOptionsResult Validate(string? name, MonitoringOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ValidateOptionsResultBuilder();
        for (int i = 0; i < options.Meters.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(options.Meters[i]))
                Add(errors, $"{nameof(options.Meters)}:{i}", options.Meters[i], "must be the name of a meter, where * stands for any characters");
        }

        CheckRange(errors, nameof(options.PollInterval), options.PollInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        CheckRange(errors, nameof(options.TenSecondRetention), options.TenSecondRetention, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1));
        CheckRange(errors, nameof(options.MinuteRetention), options.MinuteRetention, TimeSpan.FromMinutes(10), TimeSpan.FromDays(7));
        CheckRange(errors, nameof(options.TenMinuteRetention), options.TenMinuteRetention, TimeSpan.FromMinutes(10), TimeSpan.FromDays(60));
        CheckRange(errors, nameof(options.MaxSeriesPerMetric), options.MaxSeriesPerMetric, 1, 1_000_000);
        CheckRange(errors, nameof(options.IdleAfter), options.IdleAfter, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1));
        return errors.Build();
    }

    private static void CheckRange<T>(ValidateOptionsResultBuilder errors, string key, T value, T least, T greatest)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(greatest) > 0)
            Add(errors, key, value, string.Create(CultureInfo.InvariantCulture, $"must be from {least} to {greatest}"));
    }

    private static void Add(ValidateOptionsResultBuilder errors, string key, object? value, string rule) =>
        errors.AddError(string.Create(CultureInfo.InvariantCulture, $"{MonitoringOptions.SectionName}:{key} is '{value}', but {rule}."));
}
