using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Varai.Configuration;

/// <summary>One value of a configuration document together with the place it was written at.</summary>
/// <remarks>Immutable; safe from any thread. The same tree serves JSON and YAML, and everything that reads a document
/// (layers, schemas, rules, flags, differences) reads this tree.</remarks>
[DebuggerDisplay("{Kind} at {Origin}")]
public sealed class ConfigurationNode
{
    // Below this a linear search is faster than a dictionary and costs no memory.
    private const int IndexFrom = 9;

    private static readonly ConfigurationMember[] NoMembers = [];
    private static readonly ConfigurationNode[] NoItems = [];

    // A string, items, members, or many members; one field of all, because a document has a node for every word of it.
    private readonly object? _content;

    private ConfigurationNode(ConfigurationNodeKind kind, object? content, ConfigurationFile? file, int start, int length)
    {
        Kind = kind;
        _content = content;
        File = file;
        Start = start;
        Length = length;
    }

    /// <summary>What the node holds.</summary>
    public ConfigurationNodeKind Kind { get; }

    /// <summary>The scalar as text: the string itself, the number as written, <c>true</c> or <c>false</c>;
    /// <see langword="null"/> for null, arrays and objects.</summary>
    public string? Text => _content as string;

    /// <summary>The file the node was read from, or <see langword="null"/> when it was made in code.</summary>
    public ConfigurationFile? File { get; }

    /// <summary>The byte offset of the node's first character in <see cref="File"/>.</summary>
    public int Start { get; }

    /// <summary>The node's length in bytes in <see cref="File"/>.</summary>
    public int Length { get; }

    /// <summary>Where the node was written.</summary>
    public ConfigurationOrigin Origin => File?.GetOrigin(Start) ?? new ConfigurationOrigin("", 0, 0);

    /// <summary>The members of an object in the order written; empty for every other kind.</summary>
    public IReadOnlyList<ConfigurationMember> Members => MemberArray ?? NoMembers;

    /// <summary>The items of an array; empty for every other kind.</summary>
    public IReadOnlyList<ConfigurationNode> Items => _content as ConfigurationNode[] ?? NoItems;

    private ConfigurationMember[]? MemberArray => _content as ConfigurationMember[] ?? (_content as IndexedMembers)?.Members;

    /// <summary>Creates a null, boolean, number or string.</summary>
    /// <param name="kind">One of the scalar kinds.</param>
    /// <param name="text">The text; <see langword="null"/> for null.</param>
    /// <param name="file">The file it was read from.</param>
    /// <param name="start">Its byte offset there.</param>
    /// <param name="length">Its length in bytes there.</param>
    public static ConfigurationNode Scalar(
        ConfigurationNodeKind kind, string? text, ConfigurationFile? file = null, int start = 0, int length = 0)
    {
        if (kind is ConfigurationNodeKind.Array or ConfigurationNodeKind.Object)
            throw new ArgumentException($"A scalar was asked for with the kind {kind}.", nameof(kind));
        if (text is null != (kind == ConfigurationNodeKind.Null))
            throw new ArgumentException($"A scalar of the kind {kind} {(text is null ? "needs" : "takes no")} text.", nameof(text));
        return new ConfigurationNode(kind, text, file, start, length);
    }

    /// <summary>Creates an array; the node owns <paramref name="items"/> from here on.</summary>
    /// <param name="items">The items.</param>
    /// <param name="file">The file it was read from.</param>
    /// <param name="start">Its byte offset there.</param>
    /// <param name="length">Its length in bytes there.</param>
    public static ConfigurationNode Array(ConfigurationNode[] items, ConfigurationFile? file = null, int start = 0, int length = 0)
    {
        ArgumentNullException.ThrowIfNull(items);
        return new ConfigurationNode(ConfigurationNodeKind.Array, items, file, start, length);
    }

    /// <summary>Creates an object; the node owns <paramref name="members"/> from here on.</summary>
    /// <param name="members">The members; names are unique, which readers check, not this method.</param>
    /// <param name="file">The file it was read from.</param>
    /// <param name="start">Its byte offset there.</param>
    /// <param name="length">Its length in bytes there.</param>
    public static ConfigurationNode Object(ConfigurationMember[] members, ConfigurationFile? file = null, int start = 0, int length = 0)
    {
        ArgumentNullException.ThrowIfNull(members);
        return new ConfigurationNode(ConfigurationNodeKind.Object, members.Length < IndexFrom ? members : new IndexedMembers(members), file, start, length);
    }

    /// <summary>The value of a member whatever the case of its name, as configuration keys are compared.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The value, or <see langword="null"/> when there is no such member or this is no object.</returns>
    public ConfigurationNode? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        int index = IndexOf(name);
        return index < 0 ? null : MemberArray![index].Value;
    }

    /// <summary>The position in <see cref="Members"/> of a member whatever the case of its name; -1 when there is none.</summary>
    /// <param name="name">The name.</param>
    public int IndexOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_content is not ConfigurationMember[] members)
            return _content is IndexedMembers many ? many.IndexOf(name) : -1;

        for (int i = 0; i < members.Length; i++)
        {
            // Most differ in length, which costs no call.
            string other = members[i].Name;
            if (other.Length == name.Length && other.Equals(name, StringComparison.OrdinalIgnoreCase))
                return i;
        }

        return -1;
    }

    /// <summary>The node under a configuration key such as <c>api_config:limits:0</c>.</summary>
    /// <param name="key">Names and array indexes separated by <c>:</c>; the empty key is this node.</param>
    /// <returns>The node, or <see langword="null"/> when there is none.</returns>
    public ConfigurationNode? FindKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        ConfigurationNode? node = this;
        if (key.Length == 0)
            return node;

        foreach (Range range in key.AsSpan().Split(':'))
        {
            string name = key[range];
            if (node.Kind == ConfigurationNodeKind.Array)
                node = int.TryParse(name, System.Globalization.NumberStyles.None, provider: null, out int i) && i < node.Items.Count ? node.Items[i] : null;
            else
                node = node.Find(name);
            if (node is null)
                return null;
        }

        return node;
    }

    /// <summary>Whether another node holds the same values: members in any order and whatever the case of their names, scalars
    /// as written (<c>1</c> and <c>1.0</c> differ).</summary>
    /// <param name="other">The other node.</param>
    public bool HasSameValues(ConfigurationNode other)
    {
        ArgumentNullException.ThrowIfNull(other);
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (ReferenceEquals(this, other))
            return true;
        ReadOnlySpan<ConfigurationMember> members = MemberArray;
        ReadOnlySpan<ConfigurationMember> others = other.MemberArray;
        if (Kind != other.Kind || Text != other.Text || members.Length != others.Length || Items.Count != other.Items.Count)
            return false;
        for (int i = 0; i < members.Length; i++)
        {
            // Mostly both have the same order, and then no index is needed.
            (string name, ConfigurationNode value) = (members[i].Name, members[i].Value);
            ConfigurationNode? same = others[i].Name == name ? others[i].Value : other.Find(name);
            if (same is null || !value.HasSameValues(same))
                return false;
        }

        for (int i = 0; i < Items.Count; i++)
        {
            if (!Items[i].HasSameValues(other.Items[i]))
                return false;
        }

        return true;
    }

    /// <summary>The kind and the place; never the value, which may be a secret.</summary>
    public override string ToString() => $"{Kind} at {Origin}";

    private sealed class IndexedMembers(ConfigurationMember[] members)
    {
        private Dictionary<string, int>? _index;

        public ConfigurationMember[] Members { get; } = members;

        public int IndexOf(string name) => (_index ??= BuildIndex(Members)).GetValueOrDefault(name, -1);

        private static Dictionary<string, int> BuildIndex(ConfigurationMember[] members)
        {
            var index = new Dictionary<string, int>(members.Length, StringComparer.OrdinalIgnoreCase);
            for (int i = 0; i < members.Length; i++)
                index.TryAdd(members[i].Name, i);
            return index;
        }
    }
}
