namespace Varai.Tests.FeatureFlags.Differential;

/// <summary>A random flag.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Json">Its definition: an item of schema v2, or the value of a member in the .NET section.</param>
/// <param name="Edges">Moments at which a window of it opens or closes.</param>
/// <param name="Traits">What it has.</param>
internal sealed record RandomFlag(string Id, string Json, DateTimeOffset[] Edges, FlagTraits Traits)
{
    /// <summary>The variant that some rules name and no flag has.</summary>
    public const string MissingVariant = "missing variant";

    public bool Has(FlagTraits traits) => (Traits & traits) == traits;

    /// <summary>What the flag says to Microsoft's engine: there a rule that names a missing variant gives none, but one that names ""
    /// falls back to the default, as ours does for both.</summary>
    public string TheirJson => Json.Replace($"\"{MissingVariant}\"", "\"\"", StringComparison.Ordinal);
}
