using System.Globalization;
using Microsoft.Extensions.Options;

namespace Varai.Configuration;

/// <summary>Checks <see cref="EnvironmentConfigurationOptions"/>; each message names the key, the value and the rule.</summary>
internal sealed class EnvironmentConfigurationOptionsValidator : IValidateOptions<EnvironmentConfigurationOptions>
{
    // Deeper trees would need more stack than a thread of a small container has.
    private const int DeepestAllowed = 256;
    private const int LargestFile = 1024 * 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, EnvironmentConfigurationOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (string.IsNullOrWhiteSpace(options.Directory))
            Add(nameof(options.Directory), options.Directory, "the path of a folder");
        if (options.QuietPeriod < TimeSpan.FromMilliseconds(1) || options.QuietPeriod > TimeSpan.FromSeconds(30))
            Add(nameof(options.QuietPeriod), options.QuietPeriod, "between 00:00:00.001 and 00:00:30");
        if (options.PollInterval < TimeSpan.FromMilliseconds(10) || options.PollInterval > TimeSpan.FromHours(1))
            Add(nameof(options.PollInterval), options.PollInterval, "between 00:00:00.010 and 01:00:00");
        if (options.SeedDirectory is { } seed && string.IsNullOrWhiteSpace(seed))
            Add(nameof(options.SeedDirectory), seed, "the path of a folder, or not set");
        if (options.StartTimeout < TimeSpan.FromMilliseconds(100) || options.StartTimeout > TimeSpan.FromMinutes(10))
            Add(nameof(options.StartTimeout), options.StartTimeout, "between 00:00:00.100 and 00:10:00");
        if (options.MaxFileBytes is < 1 or > LargestFile)
            Add(nameof(options.MaxFileBytes), options.MaxFileBytes, $"between 1 and {LargestFile}");
        if (options.MaxDepth is < 1 or > DeepestAllowed)
            Add(nameof(options.MaxDepth), options.MaxDepth, $"between 1 and {DeepestAllowed}");
        if (options.MaxNodes < 1)
            Add(nameof(options.MaxNodes), options.MaxNodes, "at least 1");
        if (string.IsNullOrWhiteSpace(options.FileAuthor))
            Add(nameof(options.FileAuthor), options.FileAuthor, "a name");
        foreach (KeyValuePair<string, string> merge in options.MergeArraysBy)
        {
            if (string.IsNullOrEmpty(merge.Value))
                Add($"{nameof(options.MergeArraysBy)}:{merge.Key}", merge.Value, "the name of the member that identifies an item");
        }

        return result.Build();

        void Add(string key, object? value, string rule) => result.AddError(string.Create(
            CultureInfo.InvariantCulture, $"{EnvironmentConfigurationOptions.SectionName}:{key} is '{value}'; it must be {rule}."));
    }
}
