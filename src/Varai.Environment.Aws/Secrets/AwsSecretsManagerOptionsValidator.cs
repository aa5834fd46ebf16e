using Microsoft.Extensions.Options;

namespace Varai.Aws.Secrets;

internal sealed class AwsSecretsManagerOptionsValidator : IValidateOptions<AwsSecretsManagerOptions>
{
    private const int MaximumTags = 50;

    public ValidateOptionsResult Validate(string? name, AwsSecretsManagerOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        string section = AwsSecretsManagerSection.Path(name);
        if (options.Region is not null && !AwsRegion.IsName(options.Region))
            Fail(nameof(options.Region), options.Region, "a region's name such as eu-central-1");
        for (int i = 0; i < options.ReplicaRegions.Count; i++)
        {
            string replica = options.ReplicaRegions[i];
            if (!AwsRegion.IsName(replica) || replica == options.Region || options.ReplicaRegions.IndexOf(replica) != i)
                Fail($"{nameof(options.ReplicaRegions)}:{i}", replica, "the name of a region that is not named before");
        }

        if (options.RegionTimeout < TimeSpan.FromMilliseconds(100) || options.RegionTimeout > TimeSpan.FromMinutes(1))
            Fail(nameof(options.RegionTimeout), options.RegionTimeout, "from 00:00:00.1000000 to 00:01:00");
        // The address is not repeated: one with a password in it may have been pasted.
        if (options.Endpoint is not null && AwsRegion.Endpoint(options.Endpoint, "us-east-1") is null)
            result.AddError($"{section}:{nameof(options.Endpoint)} is not what it must be: an absolute http or https address without user name and query.");
        if (options.Profile is not null && string.IsNullOrWhiteSpace(options.Profile))
            Fail(nameof(options.Profile), options.Profile, "the name of a profile");
        if (options.Profile is not null && options.Credentials is not null)
            Fail(nameof(options.Profile), options.Profile, $"left out where {nameof(options.Credentials)} is set");
        if (options.NamePrefix is null || options.NamePrefix.Length > AwsSecretName.MaximumLength || !AwsSecretName.HasOnlyAllowedCharacters(options.NamePrefix))
            Fail(nameof(options.NamePrefix), options.NamePrefix, "at most 512 letters, digits and /_+=.@!-");
        if (options.KmsKeyId is not null && string.IsNullOrWhiteSpace(options.KmsKeyId))
            Fail(nameof(options.KmsKeyId), options.KmsKeyId, "the ARN, id or alias of a KMS key");
        if (options.Tags.Count > MaximumTags)
            Fail(nameof(options.Tags), options.Tags.Count, $"at most {MaximumTags} tags");
        foreach ((string key, string value) in options.Tags)
        {
            if (key.Length is 0 or > 128 || value is null or { Length: > 256 })
                Fail($"{nameof(options.Tags)}:{key}", value, "a key of 1 to 128 and a value of at most 256 characters");
        }

        if (!IsRecoveryWindow(options.DeleteRecoveryWindow))
            Fail(nameof(options.DeleteRecoveryWindow), options.DeleteRecoveryWindow, "7 to 30 whole days, or 0");
        return result.Build();

        void Fail(string property, object? value, string rule) =>
            result.AddError(FormattableString.Invariant($"{section}:{property} is '{value}'; it must be {rule}."));
    }

    /// <summary>Whether AWS takes a time as recovery window; zero stands for none.</summary>
    public static bool IsRecoveryWindow(TimeSpan window) =>
        window == TimeSpan.Zero || (window.TotalDays is >= 7 and <= 30 && window.Ticks % TimeSpan.TicksPerDay == 0);
}
