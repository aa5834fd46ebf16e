using System.Diagnostics.CodeAnalysis;

namespace Varai.Configuration.Schema;

/// <summary>Compares nodes as JSON values: numbers by value, objects whatever the order of their members.</summary>
internal sealed class NodeValues : IEqualityComparer<ConfigurationNode>
{
    public static NodeValues Comparer { get; } = new();

    public bool Equals(ConfigurationNode? x, ConfigurationNode? y)
    {
        if (ReferenceEquals(x, y))
            return true;
        if (x is null || y is null || x.Kind != y.Kind)
            return false;
        return x.Kind switch
        {
            ConfigurationNodeKind.Number => EqualNumbers(x.Text!, y.Text!),
            ConfigurationNodeKind.Array => EqualItems(x, y),
            ConfigurationNodeKind.Object => EqualMembers(x, y),
            _ => string.Equals(x.Text, y.Text, StringComparison.Ordinal),
        };
    }

    public int GetHashCode([DisallowNull] ConfigurationNode obj)
    {
        var hash = default(HashCode);
        hash.Add(obj.Kind);
        switch (obj.Kind)
        {
            case ConfigurationNodeKind.Number:
                hash.Add(ExactNumber.TryParse(obj.Text!, out ExactNumber number) ? number.GetHashCode() : 0);
                break;
            case ConfigurationNodeKind.Array:
                foreach (ConfigurationNode item in obj.Items)
                    hash.Add(GetHashCode(item));
                break;
            case ConfigurationNodeKind.Object:
                int sum = 0;
                foreach (ConfigurationMember member in obj.Members)
                    sum += HashCode.Combine(member.Name, GetHashCode(member.Value));
                hash.Add(sum);
                break;
            default:
                hash.Add(obj.Text, StringComparer.Ordinal);
                break;
        }

        return hash.ToHashCode();
    }

    private static bool EqualNumbers(string x, string y)
    {
        if (string.Equals(x, y, StringComparison.Ordinal))
            return true;
        return ExactNumber.TryParse(x, out ExactNumber one) && ExactNumber.TryParse(y, out ExactNumber other) && one.Equals(other);
    }

    private bool EqualItems(ConfigurationNode x, ConfigurationNode y)
    {
        if (x.Items.Count != y.Items.Count)
            return false;
        for (int i = 0; i < x.Items.Count; i++)
        {
            if (!Equals(x.Items[i], y.Items[i]))
                return false;
        }

        return true;
    }

    private bool EqualMembers(ConfigurationNode x, ConfigurationNode y)
    {
        if (x.Members.Count != y.Members.Count)
            return false;
        foreach (ConfigurationMember member in x.Members)
        {
            if (SchemaMember.Find(y, member.Name) is not { } other || !Equals(member.Value, other))
                return false;
        }

        return true;
    }
}
