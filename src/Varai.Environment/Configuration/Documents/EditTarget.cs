using System.Globalization;

namespace Varai.Configuration.Documents;

/// <summary>The place in a document that a key names.</summary>
/// <param name="Container">The innermost object or array on the way to the key; the root itself for the empty key.</param>
/// <param name="Index">The member or item of it that leads on; -1 when there is none.</param>
/// <param name="Missing">The names after it that do not exist yet, the first of them a member of the container when there is no index.</param>
/// <param name="Key">The whole key.</param>
internal sealed record EditTarget(ConfigurationNode Container, int Index, string[] Missing, string Key)
{
    public ConfigurationNode? Value => Index < 0 ? null
        : Container.Kind == ConfigurationNodeKind.Array ? Container.Items[Index]
        : Container.Members[Index].Value;

    /// <summary>Finds a key.</summary>
    /// <exception cref="ConfigurationException">Something on the way is no object.</exception>
    public static EditTarget Find(ConfigurationNode root, string key)
    {
        string[] parts = key.Split(':');
        ConfigurationNode container = root;
        for (int i = 0; ; i++)
        {
            int index = container.Kind == ConfigurationNodeKind.Array ? ItemIndex(container, parts[i], key) : container.IndexOf(parts[i]);
            if (index < 0)
                return new EditTarget(container, -1, parts[i..], key);
            var target = new EditTarget(container, index, parts[(i + 1)..], key);
            ConfigurationNode value = target.Value!;
            if (target.Missing.Length == 0 || value.Kind == ConfigurationNodeKind.Null)
                return target;
            if (value.Kind < ConfigurationNodeKind.Array)
            {
                throw EditFailure.Create(value, string.Join(':', parts[..(i + 1)]),
                    $"'{key}' can't be set below it, for it is {DocumentText.Describe(value.Kind)}, not an object");
            }

            container = value;
        }
    }

    private static int ItemIndex(ConfigurationNode array, string part, string key) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < array.Items.Count
            ? index
            : throw EditFailure.Create(array, key, $"the array has no item '{part}'; it has {array.Items.Count}, and a new one is added by setting the whole array");
}
