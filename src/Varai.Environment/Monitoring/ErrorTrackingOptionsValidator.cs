using System.Globalization;
using Microsoft.Extensions.Options;

namespace Varai.Monitoring;

/// <summary>Refuses options that mean nothing, naming key, value and rule.</summary>
internal sealed class ErrorTrackingOptionsValidator : IValidateOptions<ErrorTrackingOptions>
{
    public ValidateOptionsResult Validate(string? name, ErrorTrackingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ValidateOptionsResultBuilder();
        if (options.MaxGroups is < 10 or > 10_000)
            Add(errors, nameof(options.MaxGroups), options.MaxGroups, "must be from 10 to 10000");
        for (int i = 0; i < options.ApplicationAssemblies.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(options.ApplicationAssemblies[i]))
                Add(errors, $"{nameof(options.ApplicationAssemblies)}:{i}", options.ApplicationAssemblies[i], "must be the name of an assembly, where * stands for any characters");
        }

        return errors.Build();
    }

    private static void Add(ValidateOptionsResultBuilder errors, string key, object? value, string rule) =>
        errors.AddError(string.Create(CultureInfo.InvariantCulture, $"{ErrorTrackingOptions.SectionName}:{key} is '{value}', but {rule}."));
}
