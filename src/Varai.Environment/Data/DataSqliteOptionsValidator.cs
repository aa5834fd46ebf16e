using System.Globalization;
using Microsoft.Extensions.Options;

namespace Varai.Data;

/// <summary>Refuses options of a SQLite database that it can't be moved with, naming key, value and rule.</summary>
internal sealed class DataSqliteOptionsValidator : IValidateOptions<DataSqliteOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public ValidateOptionsResult Validate(string? name, DataSqliteOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ValidateOptionsResultBuilder();
        string section = $"{DataSqliteOptions.SectionName}:{name}";
        if (options.BusyTimeout < TimeSpan.Zero || options.BusyTimeout > Longest)
        {
            errors.AddError(string.Create(
                CultureInfo.InvariantCulture, $"{section}:{nameof(options.BusyTimeout)} is '{options.BusyTimeout}', but must be from {TimeSpan.Zero} to {Longest}."));
        }

        foreach ((string environment, string path) in options.Files)
        {
            if (string.IsNullOrWhiteSpace(path))
                errors.AddError($"{section}:{nameof(options.Files)}:{environment} is '{path}', but must be the path of a database file.");
        }

        return errors.Build();
    }
}
