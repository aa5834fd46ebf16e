namespace Varai.Aws.Secrets;

/// <summary>Which secrets a listing gives. A secret is listed when it fits every filter; it fits one when it fits any of its values.</summary>
public sealed record AwsSecretFilter
{
    private AwsSecretFilter(string key, string[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length is 0 or > 10 || values.Any(string.IsNullOrEmpty))
            throw new ArgumentException($"A filter takes 1 to 10 texts that are not empty; there are {values.Length}.", nameof(values));
        Key = key;
        Values = [.. values];
    }

    /// <summary>What is compared, as AWS calls it.</summary>
    public string Key { get; }

    /// <summary>What it is compared with. A leading <c>!</c> negates.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary>Secrets whose name begins with one of the texts; case matters.</summary>
    /// <param name="values">1 to 10 texts.</param>
    public static AwsSecretFilter NamePrefix(params string[] values) => new("name", values);

    /// <summary>Secrets with a tag whose key begins with one of the texts; case matters.</summary>
    /// <param name="values">1 to 10 texts.</param>
    public static AwsSecretFilter TagKey(params string[] values) => new("tag-key", values);

    /// <summary>Secrets with a tag whose value begins with one of the texts; case matters.</summary>
    /// <param name="values">1 to 10 texts.</param>
    public static AwsSecretFilter TagValue(params string[] values) => new("tag-value", values);

    /// <summary>Secrets whose description begins with one of the texts; case does not matter.</summary>
    /// <param name="values">1 to 10 texts.</param>
    public static AwsSecretFilter Description(params string[] values) => new("description", values);

    /// <summary>Secrets that have the words of one of the texts anywhere in name, description or tags; case does not matter.</summary>
    /// <param name="values">1 to 10 texts.</param>
    public static AwsSecretFilter Anywhere(params string[] values) => new("all", values);
}
