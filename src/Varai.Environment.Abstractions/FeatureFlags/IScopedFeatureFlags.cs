namespace Varai.FeatureFlags;

/// <summary>The flags of one scope: inject it where one request or message must see one state from its beginning to its end.</summary>
/// <remarks>Scoped. The state is that of the scope's first question.</remarks>
public interface IScopedFeatureFlags : IFeatureFlags
{
}
