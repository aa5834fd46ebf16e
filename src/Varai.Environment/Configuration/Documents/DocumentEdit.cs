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
    public static byte[] Verify(ConfigurationFile file, ConfigurationNode at, string key, byte[] edited, ConfigurationNode expected)
    {
        var errors = new List<ConfigurationError>();
        ConfigurationNode? result = DocumentReader.Parse(new ConfigurationFile(file.Path, edited), NoLimits, errors);
        if (result is not null && errors.Count == 0 && CanonicalJson.Write(result).AsSpan().SequenceEqual(CanonicalJson.Write(expected)))
            return edited;
        string reason = errors.Count > 0 ? $" ({errors[0].Message})" : "";
        throw EditFailure.Create(at, key,
            $"the key can't be changed here without changing others{reason}; edit the file by hand. An anchor that is used elsewhere is the usual cause");
    }
}
