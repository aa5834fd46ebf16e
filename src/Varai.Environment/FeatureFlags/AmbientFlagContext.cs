namespace Varai.FeatureFlags;

/// <summary>Lets the context follow the asynchronous flow.</summary>
internal sealed class AmbientFlagContext : IFlagContextAccessor
{
    private readonly AsyncLocal<FlagContext?> _current = new();

    public FlagContext? Current
    {
        get => _current.Value;
        set => _current.Value = value;
    }
}
