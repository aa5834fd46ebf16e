using System.Globalization;
using Microsoft.Extensions.Options;

namespace Varai.Data;

/// <summary>Refuses options that data can't be moved with, naming key, value and rule.</summary>
internal sealed class DataMigrationOptionsValidator : IValidateOptions<DataMigrationOptions>
{
    private const int LargestBatch = 10_000;

    public ValidateOptionsResult Validate(string? name, DataMigrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ValidateOptionsResultBuilder();
        CheckRange(errors, nameof(options.ProgressInterval), options.ProgressInterval, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(2));
        CheckRange(errors, nameof(options.JournalBatch), options.JournalBatch, 1, LargestBatch);
        if (options.Ranking.FirstOrDefault(string.IsNullOrWhiteSpace) is { } empty)
            errors.AddError($"{DataMigrationOptions.SectionName}:{nameof(options.Ranking)} has the entry '{empty}', but each must be the name of an environment.");
        else if (options.Ranking.GroupBy(e => e, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
            errors.AddError($"{DataMigrationOptions.SectionName}:{nameof(options.Ranking)} has '{twice.Key}' more than once, but an environment has one rank.");
        return errors.Build();
    }

    private static void CheckRange<T>(ValidateOptionsResultBuilder errors, string key, T value, T least, T greatest)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(greatest) > 0)
        {
            errors.AddError(string.Create(
                CultureInfo.InvariantCulture, $"{DataMigrationOptions.SectionName}:{key} is '{value}', but must be from {least} to {greatest}."));
        }
    }
}
