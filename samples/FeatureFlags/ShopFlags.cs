using Varai.FeatureFlags;

namespace FeatureFlagsSample;

/// <summary>The flags of the shop, each name written once.</summary>
internal static class ShopFlags
{
    public static readonly Flag<bool> NewEngine = Flag.Boolean("new_recommendation_engine", defaultValue: false);

    public static readonly Flag<string> ButtonColor = Flag.String("button_color", "grey");
}
