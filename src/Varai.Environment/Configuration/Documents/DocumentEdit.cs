using System.Runtime.CompilerServices;
using System.Text;

namespace Varai.Configuration.Documents;

/// <summary>What every edit of a document begins and ends with.</summary>
internal static class DocumentEdit
{
    // What is edited was read within the caller's limits; what comes out is read again by the caller.
    private static readonly DocumentLimits NoLimits = new(int.MaxValue, 10_000, int.MaxValue);

    /// <summary>Reads a value given as JSON.</summary>
    /// <exception cref="ConfigurationException">It is none.</exception>
    public static ConfigurationNode ReadValue(string key, string valueJson)
    {
        var errors = new List<ConfigurationError>();
        var file = new ConfigurationFile("value of " + (key.Length == 0 ? "the document" : key), Encoding.UTF8.GetBytes(valueJson));
        ConfigurationNode? value = JsonDocumentReader.Read(file, NoLimits, errors, caseSensitiveNames: true);
        return value is not null && errors.Count == 0
            ? value
            : throw new ConfigurationException($"The new value of '{key}' is not valid JSON:", errors);
    }

    /// <summary>Makes sure that a key can be set at all.</summary>
    public static void CheckKey(ConfigurationNode root, string key)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (root.Kind != ConfigurationNodeKind.Object)
            throw EditFailure.Create(root, key, "the document is no object of named settings");
    }

    /// <summary>Reads the edited text and compares it to what was meant, so that no edit can do more or less than that.</summary>
    /// <exception cref="ConfigurationException">They differ.</exception>
    public static byte[] Verify(ConfigurationFile file, ConfigurationNode at, string key, byte[] edited, ConfigurationNode expected, ParsedDocuments? documents)
    {
        var result = new ConfigurationFile(file.Path, edited);
        var errors = new List<ConfigurationError>();
        if (documents?.Parse(result, errors) is { } read && errors.Count == 0 && AreSame(read, expected))
            return edited;

        // Larger than it may be is for the caller to find; what is to be found here is whether it is what was meant.
        errors.Clear();
        ConfigurationNode? root = DocumentReader.Parse(result, NoLimits, errors);
        if (root is not null && errors.Count == 0 && AreSame(root, expected))
            return edited;
        string reason = errors.Count > 0 ? $" ({errors[0].Message})" : "";
        throw EditFailure.Create(at, key,
            $"the key can't be changed here without changing others{reason}; edit the file by hand. An anchor that is used elsewhere is the usual cause");
    }

    // To the case of names; members in any order, mostly in the same.
    private static bool AreSame(ConfigurationNode one, ConfigurationNode other)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (ReferenceEquals(one, other))
            return true;
        if (one.Kind != other.Kind || one.Text != other.Text || one.Members.Count != other.Members.Count || one.Items.Count != other.Items.Count)
            return false;
        for (int i = 0; i < one.Members.Count; i++)
        {
            ConfigurationMember member = one.Members[i];
            int at = other.Members[i].Name == member.Name ? i : other.IndexOf(member.Name);
            if (at < 0 || other.Members[at].Name != member.Name || !AreSame(member.Value, other.Members[at].Value))
                return false;
        }

        for (int i = 0; i < one.Items.Count; i++)
        {
            if (!AreSame(one.Items[i], other.Items[i]))
                return false;
        }

        return true;
    }
}
