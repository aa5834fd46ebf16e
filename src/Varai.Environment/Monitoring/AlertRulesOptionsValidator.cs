using System.Globalization;
using Microsoft.Extensions.Options;

namespace Varai.Monitoring;

/// <summary>Refuses options that mean nothing, naming key, value and rule.</summary>
internal sealed class AlertRulesOptionsValidator : IValidateOptions<AlertRulesOptions>
{
    private const int LongestName = 200;

    public ValidateOptionsResult Validate(string? name, AlertRulesOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ValidateOptionsResultBuilder();
        CheckRange(errors, nameof(options.Interval), options.Interval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        CheckRange(errors, nameof(options.ResendDelay), options.ResendDelay, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        CheckRange(errors, nameof(options.OutageTolerance), options.OutageTolerance, TimeSpan.Zero, TimeSpan.FromDays(1));
        if (options.Instance is { } instance && (string.IsNullOrWhiteSpace(instance) || instance.Length > LongestName))
            Add(errors, nameof(options.Instance), instance, $"must have 1 to {LongestName} characters");
        return errors.Build();
    }

    private static void CheckRange<T>(ValidateOptionsResultBuilder errors, string key, T value, T least, T greatest)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(greatest) > 0)
            Add(errors, key, value, string.Create(CultureInfo.InvariantCulture, $"must be from {least} to {greatest}"));
    }

    private static void Add(ValidateOptionsResultBuilder errors, string key, object? value, string rule) =>
        errors.AddError(string.Create(CultureInfo.InvariantCulture, $"{AlertRulesOptions.SectionName}:{key} is '{value}', but {rule}."));
}
