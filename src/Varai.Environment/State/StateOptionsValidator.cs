using System.Globalization;
using Microsoft.Extensions.Options;

namespace Varai.State;

/// <summary>Refuses options the store can't work with, naming key, value and rule.</summary>
internal sealed class StateOptionsValidator : IValidateOptions<StateOptions>
{
    // SQLite's own limit for a value is 1,000,000,000 bytes; the row around it needs a little.
    private const int LargestDocument = 512 * 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, StateOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ValidateOptionsResultBuilder();
        if (string.IsNullOrWhiteSpace(options.Directory))
            Add(errors, nameof(options.Directory), options.Directory, "must name a folder");
        else if (options.Directory.Contains('\0', StringComparison.Ordinal))
            Add(errors, nameof(options.Directory), options.Directory.Replace('\0', '?'), "must not have a NUL character");
        CheckRange(errors, nameof(options.BusyTimeout), options.BusyTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        CheckRange(errors, nameof(options.PollInterval), options.PollInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1));
        CheckRange(errors, nameof(options.ChangeRetention), options.ChangeRetention, 1, int.MaxValue);
        CheckRange(errors, nameof(options.MaxDocumentBytes), options.MaxDocumentBytes, 1, LargestDocument);
        return errors.Build();
    }

    private static void CheckRange<T>(ValidateOptionsResultBuilder errors, string key, T value, T least, T greatest)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(greatest) > 0)
            Add(errors, key, value, string.Create(CultureInfo.InvariantCulture, $"must be from {least} to {greatest}"));
    }

    private static void Add(ValidateOptionsResultBuilder errors, string key, object? value, string rule) =>
        errors.AddError(string.Create(CultureInfo.InvariantCulture, $"{StateOptions.SectionName}:{key} is '{value}', but {rule}."));
}
