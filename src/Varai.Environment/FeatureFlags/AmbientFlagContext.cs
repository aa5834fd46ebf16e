namespace Varai.FeatureFlags;

/// <summary>Keeps the context of an asynchronous flow of calls.</summary>
internal sealed class AmbientFlagContext : IFlagContextAccessor
{
    private readonly AsyncLocal<FlagContext?> _current = new();

    public FlagContext? Current
    {
        get => _current.Value;
        set => _current.Value = value;
    }
}
