using System.Globalization;
using Microsoft.Extensions.Options;

namespace Varai.Data;

/// <summary>Refuses options of a component of files that it can't work with, naming key, value and rule.</summary>
internal sealed class DataFilesOptionsValidator : IValidateOptions<DataFilesOptions>
{
    private const int MostParallel = 64;

    public ValidateOptionsResult Validate(string? name, DataFilesOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ValidateOptionsResultBuilder();
        string section = $"{DataFilesOptions.SectionName}:{name}";
        if (options.Parallelism is < 1 or > MostParallel)
        {
            errors.AddError(string.Create(
                CultureInfo.InvariantCulture, $"{section}:{nameof(options.Parallelism)} is '{options.Parallelism}', but must be from 1 to {MostParallel}."));
        }

        if (options.MaximumDeletedShare is not (>= 0 and <= 1))
        {
            errors.AddError(string.Create(
                CultureInfo.InvariantCulture, $"{section}:{nameof(options.MaximumDeletedShare)} is '{options.MaximumDeletedShare}', but must be from 0 to 1."));
        }

        if (options.Replacement is not (DataFilesReplacement.Swap or DataFilesReplacement.PerFile))
        {
            errors.AddError(
                $"{section}:{nameof(options.Replacement)} is '{options.Replacement}', but must be {nameof(DataFilesReplacement.Swap)} or {nameof(DataFilesReplacement.PerFile)}.");
        }

        foreach ((string environment, string path) in options.Directories)
        {
            if (string.IsNullOrWhiteSpace(path))
                errors.AddError($"{section}:{nameof(options.Directories)}:{environment} is '{path}', but must be the path of a folder.");
        }

        return errors.Build();
    }
}
