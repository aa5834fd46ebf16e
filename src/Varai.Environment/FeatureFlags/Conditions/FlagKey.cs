using System.Globalization;

namespace Varai.FeatureFlags.Conditions;

/// <summary>The configuration key of a part of a definition. It is put together when an error asks for it: a load without errors
/// never does, and would make tens of thousands.</summary>
internal sealed class FlagKey
{
    private readonly string _name;
    private readonly int? _index;

    public FlagKey(string name)
        : this(parent: null, name, index: null)
    {
    }

    private FlagKey(FlagKey? parent, string name, int? index)
    {
        Parent = parent;
        _name = name;
        _index = index;
    }

    /// <summary>The key of what it is a part of; null at the root.</summary>
    public FlagKey? Parent { get; }

    /// <summary>The key of a member.</summary>
    public FlagKey Of(string name) => new(this, name, index: null);

    /// <summary>The key of an item of a list that is a member.</summary>
    public FlagKey Of(string list, int index) => new(this, list, index);

    public override string ToString()
    {
        string own = _index is { } index ? string.Create(CultureInfo.InvariantCulture, $"{_name}:{index}") : _name;
        return Parent is null ? own : $"{Parent}:{own}";
    }
}
