namespace Varai.FeatureFlags.Engine;

/// <summary>A share of the users whom a targeting filter lets in.</summary>
internal sealed class TargetingShare(double percentage, string seed)
{
    private readonly Bucketer _bucketer = new(FeatureBucketing.Sha256, seed);
    private readonly BucketRange _range = new(0, percentage, FeatureBucketing.Sha256);

    public bool Has(string? user) => percentage > 0 && (percentage >= 100 || _range.Contains(_bucketer.Of(user)));
}
