using System.Reflection;
using Varai.State;

namespace Varai.Tests.FeatureFlags.Usage;

/// <summary>A state store that a test can take away.</summary>
public class SwitchedStateStore : DispatchProxy
{
    private IStateStore _inner = null!;

    public bool IsAway { get; set; }

    public static (IStateStore Store, SwitchedStateStore Switch) Over(IStateStore inner)
    {
        IStateStore store = Create<IStateStore, SwitchedStateStore>();
        var control = (SwitchedStateStore)(object)store;
        control._inner = inner;
        return (store, control);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        IsAway ? throw new StateException("The state store is away.") : targetMethod!.Invoke(_inner, args);
}
