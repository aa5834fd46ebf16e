using Microsoft.Extensions.Options;
using Varai.FeatureFlags;

namespace Varai.Tests.FeatureFlags;

public sealed class FeatureFlagOptionsValidatorTests
{
    [Fact]
    public void Validate_Defaults_AreFine() => Assert.True(Validate(new FeatureFlagOptions()).Succeeded);

    [Fact]
    public void Validate_WrongValues_NamesKeyValueAndRule()
    {
        ValidateOptionsResult result = Validate(new FeatureFlagOptions
        {
            ExposureSampleRate = double.NaN,
            ExposureDeduplicationWindow = TimeSpan.FromSeconds(-1),
            ExposureBufferSize = 0,
            UsageFlushInterval = TimeSpan.FromSeconds(1),
            UndefinedFlags = (UndefinedFlagAction)7,
        });
        Assert.Equal(
            [
                "Varai:FeatureFlags:ExposureSampleRate is 'NaN', but must be from 0 to 1.",
                "Varai:FeatureFlags:ExposureDeduplicationWindow is '-00:00:01', but must be from 00:00:00 to 1.00:00:00.",
                "Varai:FeatureFlags:ExposureBufferSize is '0', but must be from 1 to 1000000.",
                "Varai:FeatureFlags:UsageFlushInterval is '00:00:01', but must be from 00:01:00 to 1.00:00:00.",
                "Varai:FeatureFlags:UndefinedFlags is '7', but must be one of Warn, Fail, Ignore.",
            ],
            result.Failures);
    }

    private static ValidateOptionsResult Validate(FeatureFlagOptions options) => new FeatureFlagOptionsValidator().Validate(name: null, options);
}
