namespace Varai.Tests.FeatureFlags;

/// <summary>What a variant that is an object is read as.</summary>
internal sealed record FlagTestValue(int Limit, string Name);
