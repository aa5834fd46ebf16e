namespace Varai.FeatureFlags;

/// <summary>For whom a flag is evaluated: a user, the user's groups, and attributes.</summary>
/// <remarks>
/// Immutable; safe from any thread, and good for any number of evaluations:
/// <c>new FlagContext("alice", ["beta"]) { ["country"] = "DE", ["age"] = 42 }</c>.
/// </remarks>
public sealed class FlagContext
{
    /// <summary>The name by which conditions refer to <see cref="User"/>.</summary>
    public const string UserAttribute = "user";

    /// <summary>The name by which conditions refer to <see cref="Groups"/>.</summary>
    public const string GroupsAttribute = "groups";

    private readonly string[] _groups;
    private KeyValuePair<string, FlagValue>[] _attributes = [];
    private int _count;

    /// <summary>Creates a context.</summary>
    /// <param name="user">Who asks; <see langword="null"/> for nobody in particular.</param>
    /// <param name="groups">The groups that the user is in.</param>
    public FlagContext(string? user = null, IEnumerable<string>? groups = null)
    {
        User = user;
        _groups = groups is null ? [] : [.. groups];
    }

    private FlagContext(FlagContext other)
    {
        User = other.User;
        _groups = other._groups;
        _attributes = [.. other.Attributes];
        _count = other._count;
    }

    /// <summary>Who asks; <see langword="null"/> for nobody in particular.</summary>
    public string? User { get; }

    /// <summary>The groups that the user is in.</summary>
    public ReadOnlySpan<string> Groups => _groups;

    /// <summary>The attributes, in the order they were set.</summary>
    public ReadOnlySpan<KeyValuePair<string, FlagValue>> Attributes => _attributes.AsSpan(0, _count);

    /// <summary>An attribute; none where there is no such attribute. Names are compared with their case.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <exception cref="ArgumentException">The name set is empty, <c>user</c> or <c>groups</c>.</exception>
    public FlagValue this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            int index = IndexOf(name);
            return index >= 0 ? _attributes[index].Value
                : name == UserAttribute ? FlagValue.FromString(User)
                : name == GroupsAttribute ? FlagValue.Wrap(_groups)
                : default;
        }
        init => Set(name, value);
    }

    /// <summary>A copy with another attribute set.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="ArgumentException">The name is empty, <c>user</c> or <c>groups</c>.</exception>
    public FlagContext With(string name, FlagValue value)
    {
        var copy = new FlagContext(this);
        copy.Set(name, value);
        return copy;
    }

    private int IndexOf(string name)
    {
        for (int i = 0; i < _count; i++)
        {
            if (string.Equals(_attributes[i].Key, name, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }

    private void Set(string name, FlagValue value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name is UserAttribute or GroupsAttribute)
            throw new ArgumentException($"'{name}' is set by the constructor, not as an attribute.", nameof(name));

        int index = IndexOf(name);
        if (index < 0)
        {
            if (_count == _attributes.Length)
                Array.Resize(ref _attributes, Math.Max(4, _count * 2));
            index = _count++;
        }

        _attributes[index] = new KeyValuePair<string, FlagValue>(name, value);
    }
}
