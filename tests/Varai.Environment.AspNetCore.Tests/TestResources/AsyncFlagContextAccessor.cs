namespace Varai.AspNetCore.Tests.TestResources;

/// <summary>A context that flows with the asynchronous call.</summary>
internal sealed class AsyncFlagContextAccessor : IFlagContextAccessor
{
    private readonly AsyncLocal<FlagContext?> _current = new();

    public FlagContext? Current
    {
        get => _current.Value;
        set => _current.Value = value;
    }
}
