using System.Globalization;

namespace Varai.FeatureFlags.Conditions;

/// <summary>The configuration key of a part of a definition. It is put together when an error asks for it.</summary>
internal sealed class FlagKey
{
    private readonly FlagKey? _parent;
    private readonly string _name;
    private readonly int? _index;

    public FlagKey(string name)
        : this(parent: null, name, index: null)
    {
    }

    private FlagKey(FlagKey? parent, string name, int? index)
    {
        _parent = parent;
        _name = name;
        _index = index;
    }

    /// <summary>Stands for every key where errors are only counted: it is its own part, so that a load without errors makes none.</summary>
    public static FlagKey None { get; } = new("");

    /// <summary>The key of what it is a part of; at the root, itself.</summary>
    public FlagKey Parent => _parent ?? this;

    /// <summary>The key of a member.</summary>
    public FlagKey Of(string name) => this == None ? this : new FlagKey(this, name, index: null);

    /// <summary>The key of an item of a list that is a member.</summary>
    public FlagKey Of(string list, int index) => this == None ? this : new FlagKey(this, list, index);

    public override string ToString()
    {
        string own = _index is { } index ? string.Create(CultureInfo.InvariantCulture, $"{_name}:{index}") : _name;
        return _parent is null ? own : $"{_parent}:{own}";
    }
}
