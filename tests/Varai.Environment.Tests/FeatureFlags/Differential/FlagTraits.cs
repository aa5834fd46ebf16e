namespace Varai.Tests.FeatureFlags.Differential;

[Flags]
internal enum FlagTraits
{
    None = 0,
    DotnetSection = 1,
    Targeting = 2,
    Window = 4,
    Recurrence = 8,
    All = 16,
    Variants = 32,
    Percentiles = 64,
    MissingVariant = 128,
}
