namespace Varai.FeatureFlags.Matching;

/// <summary>Where in a text another is looked for.</summary>
internal enum TextPlace
{
    Anywhere,
    Start,
    End,
}
